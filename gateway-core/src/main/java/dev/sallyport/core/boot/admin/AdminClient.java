package dev.sallyport.core.boot.admin;

import dev.sallyport.config.patience.TimeLimit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Asks a running edge by its socket. Light on purpose: a health check starts a process for it. */
public final class AdminClient {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path socket;

    public AdminClient(Path socket) {
        this.socket = socket;
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
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                var _ = new TimeLimit(PATIENCE).on(channel)) {
            return ask(channel, method, target);
        } catch (AdminWire.Refused | IllegalArgumentException e) {
            throw new IOException("not an answer of an edge", e);
        }
    }

    private static Reply ask(SocketChannel channel, String method, String target)
            throws IOException, AdminWire.Refused {
        String request =
                method + " " + target + " HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n";
        Channels.newOutputStream(channel).write(request.getBytes(StandardCharsets.US_ASCII));
        InputStream in = new java.io.BufferedInputStream(Channels.newInputStream(channel));
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
