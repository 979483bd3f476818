package dev.sallyport.config.guard;

import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A unix socket that lets in certain users of the machine, told by the kernel, and nobody else. */
final class UnixDoor implements FeedDoor {
    private static final Logger log = LoggerFactory.getLogger(UnixDoor.class);

    private final Path path;
    private final ServerSocketChannel server;
    private final List<UserPrincipal> users;

    private UnixDoor(Path path, ServerSocketChannel server, List<UserPrincipal> users) {
        this.path = path;
        this.server = server;
        this.users = List.copyOf(users);
    }

    /**
     * Opens a door at a path; what an earlier guard left there is replaced.
     *
     * @param names of users, or their numbers; empty for the own user
     */
    static UnixDoor open(Path path, List<String> names) throws IOException {
        var users = new ArrayList<UserPrincipal>();
        var self = (UserPrincipal) Files.getAttribute(Path.of("/proc/self"), "unix:owner");
        for (var name : names) {
            users.add(
                    path.getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByName(name));
        }
        if (users.isEmpty()) {
            users.add(self);
        }
        if (answers(path)) {
            throw new IOException(path + ": another guard answers there");
        }
        Files.deleteIfExists(path);
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path));
            // Others may knock only where others may come in; who they are is asked all the same.
            boolean isOwnOnly = users.equals(List.of(self));
            Files.setPosixFilePermissions(
                    path, PosixFilePermissions.fromString(isOwnOnly ? "rw-------" : "rw-rw-rw-"));
            return new UnixDoor(path, server, users);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    private static boolean answers(Path path) {
        try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public @Nullable Reader accept() throws IOException {
        var channel = server.accept();
        try {
            var user = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
            if (users.contains(user)) {
                return new Local(channel);
            }
            log.warn("reader of the feed turned away user={} expected={}", user, users);
        } catch (IOException e) {
            log.warn("reader of the feed turned away reason={}", e.getMessage());
        }
        channel.close();
        return null;
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
    }

    @Override
    public String toString() {
        return "unix:" + path;
    }

    private record Local(SocketChannel channel) implements Reader {
        @Override
        public OutputStream open() {
            return Channels.newOutputStream(channel);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }

        @Override
        public String toString() {
            return "unix";
        }
    }
}
