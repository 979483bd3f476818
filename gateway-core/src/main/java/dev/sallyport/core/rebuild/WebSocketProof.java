package dev.sallyport.core.rebuild;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.core.http.Field;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.ResponseHead;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The proof that a handshake of WebSocket was understood: asked of every endpoint of HTTP/1.1, and
 * made for clients whose endpoint's wire has none.
 */
public final class WebSocketProof {
    private static final byte[] WEBSOCKET = "websocket".getBytes(US_ASCII);

    /** RFC 6455 1.3: a name that nobody else would append. */
    private static final byte[] GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11".getBytes(US_ASCII);

    private static final byte[] ACCEPT = "sec-websocket-accept".getBytes(US_ASCII);

    private WebSocketProof() {}

    /** Whether the client may be told that {@code response} opens a tunnel. */
    public static boolean settle(RequestHead request, ResponseHead response) {
        if (!response.isConnected()) {
            // Clients of HTTP/1.1 made the key and would look themselves; attackers would not.
            return isGiven(request.fields(), response);
        }
        boolean isOwnKey = !request.protocol().equals(RequestHead.HTTP_11);
        FieldTable fields = response.fields();
        fields.removeAll(Field.SEC_WEBSOCKET_ACCEPT);
        int key = request.fields().find(Field.SEC_WEBSOCKET_KEY);
        if (!isOwnKey && key >= 0) {
            fields.add(ACCEPT, expected(request.fields(), key));
        }
        return true;
    }

    /**
     * RFC 6455 4.1: {@code Connection: upgrade}, one {@code Upgrade: websocket}, and one {@code
     * Sec-WebSocket-Accept} that is the digest of the key. Otherwise something answered that takes
     * any request for an upgrade, and what the client says next could be requests to it.
     */
    private static boolean isGiven(FieldTable request, ResponseHead answer) {
        FieldTable response = answer.fields();
        int key = request.find(Field.SEC_WEBSOCKET_KEY);
        int upgrade = response.find(Field.UPGRADE);
        int accept = response.find(Field.SEC_WEBSOCKET_ACCEPT);
        return key >= 0
                && answer.isUpgrade()
                && upgrade >= 0
                && response.findNext(Field.UPGRADE, upgrade) < 0
                && response.valueEqualsIgnoreCase(upgrade, WEBSOCKET)
                && accept >= 0
                && response.findNext(Field.SEC_WEBSOCKET_ACCEPT, accept) < 0
                && response.valueEquals(accept, expected(request, key));
    }

    private static byte[] expected(FieldTable request, int key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(request.bytes(), request.valueOffset(key), request.valueLength(key));
            return Base64.getEncoder().encode(sha1.digest(GUID));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-1 is part of every Java", e);
        }
    }
}
