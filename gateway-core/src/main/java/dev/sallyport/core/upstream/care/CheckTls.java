package dev.sallyport.core.upstream.care;

import dev.sallyport.config.model.Upstream;
import dev.sallyport.core.upstream.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS of health checks: the same authorities and the same name as the requests of the upstream, so
 * that an endpoint they cannot use is not healthy.
 */
final class CheckTls {
    /** How RFC 7301 calls HTTP/2. */
    static final String HTTP_2 = "h2";

    private static final String HTTP_1 = "http/1.1";

    private final Upstream.Tls settings;
    private final SSLContext context;
    private final String[] protocols;

    private CheckTls(Upstream.Tls settings, SSLContext context, String[] protocols) {
        this.settings = settings;
        this.context = context;
        this.protocols = protocols;
    }

    /**
     * Reads the authorities.
     *
     * @throws IllegalArgumentException when they cannot be used
     */
    static CheckTls create(Upstream upstream) {
        Upstream.Tls settings = upstream.tls();
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, settings.verify() ? authorities(settings) : anybody(), null);
            return new CheckTls(settings, context, protocols(upstream.protocol()));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(
                    settings.caFile() + ": cannot be used: " + e.getMessage(), e);
        }
    }

    /** Offers what requests offer. */
    private static String[] protocols(Upstream.Protocol spoken) {
        return switch (spoken) {
            case HTTP_1_1, H2C -> new String[] {HTTP_1};
            case H2 -> new String[] {HTTP_2};
            case AUTO -> new String[] {HTTP_2, HTTP_1};
        };
    }

    /** Shakes hands on a connection; closing the answer closes it. */
    Socket handshake(Socket raw, Endpoint endpoint) throws IOException {
        String asked = settings.serverName();
        String name = asked == null ? endpoint.host() : asked;
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory().createSocket(raw, name, endpoint.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        if (settings.verify()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        SNIHostName server = serverName(name);
        if (server != null) {
            parameters.setServerNames(List.of(server));
        }
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /** RFC 6066 3: names only, and only such as DNS knows. */
    private static @Nullable SNIHostName serverName(String name) {
        try {
            return name.indexOf(':') >= 0 ? null : new SNIHostName(name);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static TrustManager @Nullable [] authorities(Upstream.Tls settings)
            throws GeneralSecurityException, IOException {
        if (settings.caFile() == null) {
            return null; // the system's
        }
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        try (InputStream file = Files.newInputStream(settings.caFile())) {
            int index = 0;
            for (Certificate authority :
                    CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                authorities.setCertificateEntry("authority-" + index++, authority);
            }
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        return factory.getTrustManagers();
    }

    private static TrustManager[] anybody() {
        return new TrustManager[] {new Anybody()};
    }

    /** For {@code verify: false}, which the operator asked for. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
