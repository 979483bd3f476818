package dev.sallyport.core.boot.admin;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The unix socket of the admin interface: where it lies, and how it is opened for its owner only.
 */
public final class AdminSocket {
    private static final String FILE = "admin.sock";

    private AdminSocket() {}

    /**
     * Where the socket lies when the configuration does not say.
     *
     * @param environment variables by name: {@code System::getenv}
     */
    public static Path find(Function<String, @Nullable String> environment) {
        String systemd = environment.apply("RUNTIME_DIRECTORY");
        if (systemd != null && !systemd.isEmpty()) {
            return Path.of(systemd.split(":", 2)[0], FILE);
        }
        String runtime = environment.apply("XDG_RUNTIME_DIR");
        if (runtime != null && runtime.startsWith("/")) {
            return Path.of(runtime, "sallyport", FILE);
        }
        Path system = Path.of("/run/sallyport");
        if (Files.isWritable(system) || Files.isWritable(Path.of("/run"))) {
            return system.resolve(FILE);
        }
        String user = System.getProperty("user.name", "user");
        return Path.of(System.getProperty("java.io.tmpdir"), "sallyport-" + user, FILE);
    }

    /**
     * Opens the socket, in a folder that is made when it is not there. What an edge that was killed
     * left behind is replaced.
     *
     * @throws IOException when another edge answers there, or the folder is open to others
     */
    static ServerSocketChannel open(Path socket) throws IOException {
        Path folder = socket.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        if (Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            if (isAnswered(socket)) {
                throw new IOException(
                        "admin.socket: "
                                + socket
                                + ": another edge answers there (expected: a socket of its own for"
                                + " each edge)");
            }
            removeStale(socket);
        }
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw new IOException(
                    "admin.socket: " + socket + ": cannot be opened: " + e.getMessage(), e);
        }
    }

    private static void removeStale(Path socket) throws IOException {
        var attributes =
                Files.readAttributes(
                        socket,
                        java.nio.file.attribute.BasicFileAttributes.class,
                        LinkOption.NOFOLLOW_LINKS);
        // Neither file, folder nor link: a socket. Nothing else is ever removed.
        if (!attributes.isOther()) {
            throw new IOException(
                    "admin.socket: " + socket + ": is no socket (expected: one, or nothing)");
        }
        Files.delete(socket);
    }

    private static boolean isAnswered(Path socket) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (IOException _) {
            return false;
        }
    }
}
