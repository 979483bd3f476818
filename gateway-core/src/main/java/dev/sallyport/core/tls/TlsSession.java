package dev.sallyport.core.tls;

import dev.sallyport.config.model.Listener.ClientCertificates.Forward;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a finished handshake agreed on.
 *
 * @param serverName the name the client asked for, in lower case without a trailing dot
 * @param protocol the ALPN protocol, null when the client offered none
 * @param version such as {@code TLSv1.3}
 * @param cipher such as {@code TLS_AES_128_GCM_SHA256}
 * @param resumed whether a ticket saved the full handshake; the JDK engine does not tell and says
 *     false
 * @param client what came of asking for a certificate; null when none was asked for
 */
public record TlsSession(
        @Nullable String serverName,
        @Nullable String protocol,
        String version,
        String cipher,
        boolean resumed,
        @Nullable Client client) {
    /** Of a client that was asked for no certificate. */
    public TlsSession(
            @Nullable String serverName,
            @Nullable String protocol,
            String version,
            String cipher,
            boolean resumed) {
        this(serverName, protocol, version, cipher, resumed, null);
    }

    /**
     * What came of asking for a certificate.
     *
     * @param path from the client's certificate to an authority, verified; null when it gave none
     * @param forward what endpoints are told of it
     */
    public record Client(@Nullable List<X509Certificate> path, Forward forward) {}
}
