package dev.sallyport.core.outside;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a server answers to the key of a handshake (RFC 6455 4.2.2). */
final class WebSocketProof {
    private WebSocketProof() {}

    /** Agrees to the handshake, and to the protocol {@code chat}. */
    static String switching(RawServer.@Nullable Request request) {
        return switching(Objects.requireNonNull(request).field("sec-websocket-key"));
    }

    /** The same to any key, also to one that was not asked with. */
    static String switching(@Nullable String key) {
        return """
        HTTP/1.1 101 Switching Protocols\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Accept: %s\r
        Sec-WebSocket-Protocol: chat\r
        \r
        """
                .formatted(of(key));
    }

    static String of(@Nullable String key) {
        byte[] text =
                (Objects.requireNonNull(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                        .getBytes(US_ASCII);
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
