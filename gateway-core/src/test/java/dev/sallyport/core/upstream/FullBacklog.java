package dev.sallyport.core.upstream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A port where connecting hangs: its backlog is full, and the kernel drops what asks for more. */
final class FullBacklog implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
    private final List<Socket> fill = new ArrayList<>();

    FullBacklog() throws IOException {
        for (int i = 0; i < 4; i++) {
            Socket socket = new Socket();
            fill.add(socket);
            Thread.ofVirtual().start(() -> connect(socket));
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (fill.stream().filter(Socket::isConnected).count() < 2) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("backlog not full in time");
            }
            Thread.onSpinWait();
        }
    }

    int port() {
        return server.getLocalPort();
    }

    private void connect(Socket socket) {
        try {
            socket.connect(server.getLocalSocketAddress());
        } catch (IOException _) {
            // closed at the end of the test
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : fill) {
            socket.close();
        }
        server.close();
    }
}
