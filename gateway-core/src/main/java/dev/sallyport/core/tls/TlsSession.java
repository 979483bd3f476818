package dev.sallyport.core.tls;

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
 */
public record TlsSession(
        @Nullable String serverName,
        @Nullable String protocol,
        String version,
        String cipher,
        boolean resumed) {}
