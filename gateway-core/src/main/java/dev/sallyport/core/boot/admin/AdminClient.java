package dev.sallyport.core.boot.admin;

import dev.sallyport.config.patience.TimeLimit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks a running edge by its socket or at its address. Light on purpose: a health check starts a
 * process for it.
 */
public final class AdminClient {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final @Nullable Path socket;
    private final @Nullable AdminCall call;

    /** Asks at a unix socket. */
    public AdminClient(Path socket) {
        this.socket = socket;
        this.call = null;
    }

    /** Asks at an address. */
    public AdminClient(AdminCall call) {
        this.socket = null;
        this.call = call;
    }

    /** What came back. */
    public record Reply(int status, String body) {}

    /**
     * Asks and reads the whole answer.
     *
     * @param target path and query, encoded
     * @throws IOException when nobody answers there
     */
    public Reply ask(String method, String target) throws IOException {
        AdminCall remote = call;
        try (SocketChannel channel = remote == null ? open(socket) : SocketChannel.open();
                var _ = new TimeLimit(PATIENCE).on(channel)) {
            if (remote == null) {
                return ask(
                        Channels.newInputStream(channel),
                        Channels.newOutputStream(channel),
                        head(method, target, "localhost"));
            }
            channel.connect(remote.address());
            try (Socket wire = remote.over(channel)) {
                String host =
                        remote.host().contains(":") ? "[" + remote.host() + "]" : remote.host();
                return ask(
                        wire.getInputStream(),
                        wire.getOutputStream(),
                        head(method, target, host + ":" + remote.port()));
            }
        } catch (AdminWire.Refused | IllegalArgumentException e) {
            throw new IOException("not an answer of an edge", e);
        }
    }

    private static SocketChannel open(@Nullable Path socket) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(Objects.requireNonNull(socket)));
    }

    private static String head(String method, String target, String host) {
        return method
                + " "
                + target
                + " HTTP/1.1\r\nhost: "
                + host
                + "\r\n"
                + AdminServer.FIELD
                + ": cli\r\ncontent-length: 0\r\n\r\n";
    }

    private static Reply ask(InputStream wire, OutputStream out, String head)
            throws IOException, AdminWire.Refused {
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.flush();
        InputStream in = new java.io.BufferedInputStream(wire);
        String[] lines = AdminWire.readHead(in).split("\r\n", -1);
        if (lines[0].length() < 12) {
            throw new IOException("not an answer of an edge");
        }
        int status = Integer.parseInt(lines[0].substring(9, 12));
        return new Reply(status, readChunks(in));
    }

    private static String readChunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(readLine(in), 16);
            if (size == 0) {
                return body.toString(StandardCharsets.UTF_8);
            }
            byte[] chunk = in.readNBytes(size);
            body.writeBytes(chunk);
            if (chunk.length < size || !readLine(in).isEmpty()) {
                throw new IOException("the answer ended too early");
            }
        }
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int next;
        while ((next = in.read()) != '\n') {
            if (next < 0) {
                throw new IOException("the answer ended too early");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
