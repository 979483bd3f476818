package dev.sallyport.core.upstream.care;

import dev.sallyport.config.model.Upstream;
import dev.sallyport.core.upstream.Endpoint;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
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
    private final Supplier<SSLContext> context;
    private final String[] protocols;

    private CheckTls(Upstream.Tls settings, Supplier<SSLContext> context, String[] protocols) {
        this.settings = settings;
        this.context = context;
        this.protocols = protocols;
    }

    /** By the authorities and the key of the moment, which {@code context} gives. */
    static CheckTls create(Upstream upstream, Supplier<SSLContext> context) {
        return new CheckTls(upstream.tls(), context, protocols(upstream.protocol()));
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
                        context.get()
                                .getSocketFactory()
                                .createSocket(raw, name, endpoint.port(), true);
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
}
