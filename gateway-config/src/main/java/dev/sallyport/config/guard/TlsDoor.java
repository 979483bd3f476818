package dev.sallyport.config.guard;

import dev.sallyport.config.guard.tls.MutualTls;
import dev.sallyport.config.guard.tls.PemFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** A door for edges on other hosts, who show a certificate of the guard's authority. */
final class TlsDoor implements FeedDoor {
    private static final int HANDSHAKE_MILLIS = 10_000;

    private final SSLServerSocket server;

    private TlsDoor(SSLServerSocket server) {
        this.server = server;
    }

    static TlsDoor open(InetSocketAddress address, PemFiles files) throws IOException {
        try {
            return new TlsDoor(MutualTls.of(files).listen(address));
        } catch (IOException e) {
            throw new IOException("--listen " + address + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Reader accept() throws IOException {
        return new Remote((SSLSocket) server.accept());
    }

    /** The port, for those who asked for any. */
    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    @Override
    public String toString() {
        return "tls:" + server.getLocalSocketAddress();
    }

    private record Remote(SSLSocket socket) implements Reader {
        @Override
        public OutputStream open() throws IOException {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(HANDSHAKE_MILLIS);
            socket.startHandshake();
            return socket.getOutputStream();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }

        @Override
        public String toString() {
            return String.valueOf(socket.getRemoteSocketAddress());
        }
    }
}
