package dev.sallyport.config.guard.tls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Connections over TLS 1.3 or 1.2 on which each side shows a certificate of one authority. */
public final class MutualTls {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final char[] NO_PASSWORD = new char[0];

    private final SSLContext context;

    private MutualTls(SSLContext context) {
        this.context = context;
    }

    /**
     * Reads the files.
     *
     * @throws IllegalArgumentException when one of them cannot be used
     */
    public static MutualTls of(PemFiles files) {
        try {
            var keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setKeyEntry(
                    "own",
                    files.privateKey(),
                    NO_PASSWORD,
                    files.chain().toArray(X509Certificate[]::new));
            var managers = KeyManagerFactory.getInstance("PKIX");
            managers.init(keys, NO_PASSWORD);
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            int number = 0;
            for (var authority : files.authorities()) {
                trusted.setCertificateEntry("authority-" + number++, authority);
            }
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            var context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
            return new MutualTls(context);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** A connection whose other side is certified for the name it is asked for by. */
    public SSLSocket connect(InetSocketAddress address, int patienceMillis) throws IOException {
        var plain = new Socket();
        try {
            plain.connect(
                    new InetSocketAddress(address.getHostString(), address.getPort()),
                    patienceMillis);
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(patienceMillis);
            var socket =
                    (SSLSocket)
                            context.getSocketFactory()
                                    .createSocket(
                                            plain,
                                            address.getHostString(),
                                            address.getPort(),
                                            true);
            var parameters = parameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            // What is waited for from here on may be far away: an event, a change.
            socket.setSoTimeout(0);
            return socket;
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    /** A bound socket that lets in only who shows a certificate. */
    public SSLServerSocket listen(InetSocketAddress address) throws IOException {
        var server = (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
        try {
            var parameters = parameters();
            parameters.setNeedClientAuth(true);
            server.setSSLParameters(parameters);
            server.setReuseAddress(true);
            server.bind(address, 16);
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private SSLParameters parameters() {
        var parameters = context.getDefaultSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        return parameters;
    }
}
