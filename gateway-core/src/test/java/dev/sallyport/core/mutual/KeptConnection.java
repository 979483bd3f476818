package dev.sallyport.core.mutual;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** One connection of a client without a certificate, for several requests. */
final class KeptConnection implements AutoCloseable {
    private final SSLSocket socket;
    private final String host;

    KeptConnection(int port, String host) throws Exception {
        this.host = host;
        var context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        var parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(host)));
        socket.setSSLParameters(parameters);
    }

    /** The head of the answer; empty when the connection has ended. */
    String ask() {
        try {
            socket.getOutputStream()
                    .write(
                            ("OPTIONS / HTTP/1.1\r\nhost: " + host + "\r\n\r\n")
                                    .getBytes(ISO_8859_1));
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            for (int next = in.read(); next >= 0; next = in.read()) {
                head.append((char) next);
                if (head.toString().endsWith("\r\n\r\n")) {
                    return head.toString();
                }
            }
            return "";
        } catch (IOException _) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
