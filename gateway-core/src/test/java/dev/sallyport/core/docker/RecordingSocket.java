package dev.sallyport.core.docker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A socket in front of an engine's, that passes everything on and notes what was asked for. */
final class RecordingSocket implements AutoCloseable {
    private final ServerSocketChannel server;
    private final Path target;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private RecordingSocket(ServerSocketChannel server, Path target) {
        this.server = server;
        this.target = target;
    }

    static RecordingSocket open(Path path, Path target) throws IOException {
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        var recording = new RecordingSocket(server, target);
        Thread.ofVirtual().start(recording::accept);
        return recording;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                SocketChannel engine = SocketChannel.open(UnixDomainSocketAddress.of(target));
                Thread.ofVirtual().start(() -> copy(client, engine, true));
                Thread.ofVirtual().start(() -> copy(engine, client, false));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void copy(SocketChannel from, SocketChannel to, boolean isRequest) {
        ByteBuffer bytes = ByteBuffer.allocate(16 * 1024);
        try (from;
                to) {
            while (from.read(bytes) >= 0) {
                bytes.flip();
                if (isRequest) {
                    String text = ISO_8859_1.decode(bytes.duplicate()).toString();
                    requests.add(text.lines().findFirst().orElse(""));
                }
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
                bytes.clear();
            }
        } catch (IOException _) {
            // the other side ended
        }
    }

    /** The request lines so far. */
    List<String> requests() {
        return requests;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
