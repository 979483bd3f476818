package dev.sallyport.core.tls;

import dev.sallyport.core.tls.mutual.ClientAuth;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one listener speaks TLS.
 *
 * @param policy names what a session is valid for: tickets of one policy are refused by every other
 * @param oldest the lowest version spoken
 * @param tickets whether sessions may be resumed
 * @param protocols offered by ALPN, the preferred first; empty where ALPN is not spoken
 * @param handshakeTimeout from accept to the end of the handshake
 * @param defaultName the name whose certificate serves unknown and absent names; absent = refused
 * @param clients whose certificates are asked for; absent = nobody's
 */
public record ServerTlsSettings(
        String policy,
        TlsVersion oldest,
        boolean tickets,
        List<String> protocols,
        Duration handshakeTimeout,
        @Nullable String defaultName,
        @Nullable ClientAuth clients) {
    public ServerTlsSettings {
        protocols = List.copyOf(protocols);
        if (handshakeTimeout.isNegative() || handshakeTimeout.isZero()) {
            throw new IllegalArgumentException(
                    "handshake timeout: " + handshakeTimeout + " (expected: more than 0)");
        }
    }

    /** For clients that nobody asks for certificates. */
    public ServerTlsSettings(
            String policy,
            TlsVersion oldest,
            boolean tickets,
            List<String> protocols,
            Duration handshakeTimeout,
            @Nullable String defaultName) {
        this(policy, oldest, tickets, protocols, handshakeTimeout, defaultName, null);
    }

    /** The same, where nobody is asked for a certificate. */
    ServerTlsSettings withoutClients() {
        return new ServerTlsSettings(
                policy, oldest, tickets, protocols, handshakeTimeout, defaultName);
    }

    /** The versions that may be chosen as the oldest; older ones are broken and not spoken. */
    public enum TlsVersion {
        TLS_1_2,
        TLS_1_3
    }
}
