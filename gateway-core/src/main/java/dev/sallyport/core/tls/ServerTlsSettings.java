package dev.sallyport.core.tls;

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
 */
public record ServerTlsSettings(
        String policy,
        TlsVersion oldest,
        boolean tickets,
        List<String> protocols,
        Duration handshakeTimeout,
        @Nullable String defaultName) {
    public ServerTlsSettings {
        protocols = List.copyOf(protocols);
        if (handshakeTimeout.isNegative() || handshakeTimeout.isZero()) {
            throw new IllegalArgumentException(
                    "handshake timeout: " + handshakeTimeout + " (expected: more than 0)");
        }
    }

    /** The versions that may be chosen as the oldest; older ones are broken and not spoken. */
    public enum TlsVersion {
        TLS_1_2,
        TLS_1_3
    }
}
