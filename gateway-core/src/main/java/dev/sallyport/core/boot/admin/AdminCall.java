package dev.sallyport.core.boot.admin;

import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import dev.sallyport.core.tls.OneKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * How an edge is asked at its admin address: by TLS when {@code caFile} is there, else in plain.
 *
 * @param host as its certificate names it
 * @param caFile whom to believe about the edge
 * @param certificateFile who asks, with {@code keyFile}; absent = nobody
 */
public record AdminCall(
        String host,
        int port,
        @Nullable Path caFile,
        @Nullable Path certificateFile,
        @Nullable Path keyFile) {

    InetSocketAddress address() throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException(host + ": no address (expected: a host that resolves)");
        }
        if (caFile == null && !address.getAddress().isLoopbackAddress()) {
            throw new IOException(
                    host + ": not a loopback address (expected: --ca-file, to ask by TLS)");
        }
        return address;
    }

    /** What to speak through on a connection that is there. Blocking. */
    Socket over(SocketChannel channel) throws IOException {
        Path ca = caFile;
        if (ca == null) {
            return channel.socket();
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(key(), trust(ca).getTrustManagers(), null);
            SSLSocket socket =
                    (SSLSocket)
                            context.getSocketFactory()
                                    .createSocket(channel.socket(), host, port, true);
            AdminTls.restrict(socket);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (GeneralSecurityException | UnusableCertificateException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }

    private KeyManager @Nullable [] key() throws UnusableCertificateException {
        Path certificate = certificateFile;
        Path key = keyFile;
        return certificate == null || key == null
                ? null
                : new KeyManager[] {new OneKey(Pem.readClient(certificate, key))};
    }

    private static TrustManagerFactory trust(Path file)
            throws GeneralSecurityException, IOException, UnusableCertificateException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int index = 0;
        for (X509Certificate each : Pem.certificates(file)) {
            store.setCertificateEntry("authority-" + index++, each);
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }
}
