package dev.sallyport.core.filter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.core.http.FieldTable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A user's name and password as a request brought them (RFC 7617 2). Never printed. */
final class Credentials {
    private static final byte[] SCHEME = {'b', 'a', 's', 'i', 'c', ' '};
    private static final int MAX_LENGTH = 1024;

    private final byte[] raw;
    private final int colon;
    private final String user;

    private Credentials(byte[] raw, int colon, String user) {
        this.raw = raw;
        this.colon = colon;
        this.user = user;
    }

    /** Reads an {@code Authorization} field; null when it holds no such credentials. */
    static @Nullable Credentials find(FieldTable fields, int line) {
        byte[] bytes = fields.bytes();
        int from = fields.valueOffset(line);
        int to = from + fields.valueLength(line);
        if (to - from <= SCHEME.length || to - from > MAX_LENGTH) {
            return null;
        }
        for (byte letter : SCHEME) {
            if ((bytes[from++] | 0x20) != letter) {
                return null;
            }
        }
        while (from < to && bytes[from] == ' ') {
            from++;
        }
        try {
            return of(Base64.getDecoder().decode(Arrays.copyOfRange(bytes, from, to)));
        } catch (IllegalArgumentException | CharacterCodingException _) {
            return null;
        }
    }

    private static @Nullable Credentials of(byte[] raw) throws CharacterCodingException {
        int colon = -1;
        for (int i = 0; i < raw.length; i++) {
            // RFC 7617 2: no control characters in either.
            if ((raw[i] >= 0 && raw[i] < ' ') || raw[i] == 0x7f) {
                return null;
            }
            if (raw[i] == ':' && colon < 0) {
                colon = i;
            }
        }
        return colon < 1
                ? null
                : new Credentials(
                        raw,
                        colon,
                        UTF_8.newDecoder().decode(ByteBuffer.wrap(raw, 0, colon)).toString());
    }

    String user() {
        return user;
    }

    byte[] userBytes() {
        return Arrays.copyOf(raw, colon);
    }

    byte[] password() {
        return Arrays.copyOfRange(raw, colon + 1, raw.length);
    }

    /** Both, with the colon between them; not to be written. */
    byte[] raw() {
        return raw;
    }
}
