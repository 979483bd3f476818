package dev.sallyport.core.filter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.config.model.value.InvalidValue;
import dev.sallyport.core.exchange.Verdict;
import dev.sallyport.core.http.Field;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.rebuild.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A field line that settings ask for, checked when the settings are read. */
record FieldLine(byte[] lowerName, byte[] name, byte[] value) {
    /** The answer to a client that wants a field of a filter taken out again. */
    static final Verdict UNDONE = new Verdict.Respond(Answer.of(400, "connection-option"));

    private static final String NAME = "a field name of letters, digits and hyphens";

    static FieldLine of(String name, String value) {
        return new FieldLine(lower(name), name.getBytes(ISO_8859_1), value.getBytes(ISO_8859_1));
    }

    static List<FieldLine> of(Map<String, String> lines) {
        var all = new ArrayList<FieldLine>();
        lines.forEach((name, value) -> all.add(of(name, value)));
        return List.copyOf(all);
    }

    /** The bytes by which a field table finds a name. */
    static byte[] lower(String name) {
        byte[] lower = name.getBytes(ISO_8859_1);
        for (int i = 0; i < lower.length; i++) {
            lower[i] |= lower[i] >= 'A' && lower[i] <= 'Z' ? (byte) 0x20 : 0;
        }
        return lower;
    }

    /**
     * Whether a request's {@code Connection} names this field, so that it would be taken out as
     * hop-by-hop after the filter had put it in (RFC 9110 7.6.1).
     */
    boolean isUndone(FieldTable fields) {
        for (int i = fields.find(Field.CONNECTION);
                i >= 0;
                i = fields.findNext(Field.CONNECTION, i)) {
            if (fields.valueHasToken(i, lowerName)) {
                return true;
            }
        }
        return false;
    }

    /** Refuses what is no name, or one that is not the filters' to give to an endpoint. */
    static void requireRequestName(String name) {
        requireName(name);
        switch (idOf(name)) {
            case Field.HOST,
                    Field.CONTENT_LENGTH,
                    Field.TRANSFER_ENCODING,
                    Field.CONNECTION,
                    Field.KEEP_ALIVE,
                    Field.PROXY_CONNECTION,
                    Field.PROXY_AUTHORIZATION,
                    Field.PROXY_AUTHENTICATE,
                    Field.TE,
                    Field.TRAILER,
                    Field.UPGRADE,
                    Field.EXPECT,
                    Field.HTTP2_SETTINGS,
                    Field.PROXY,
                    Field.EARLY_DATA,
                    Field.VIA,
                    Field.FORWARDED,
                    Field.X_FORWARDED_FOR,
                    Field.X_FORWARDED_PROTO,
                    Field.X_FORWARDED_HOST,
                    Field.X_FORWARDED_PORT,
                    Field.X_FORWARDED_PREFIX,
                    Field.X_FORWARDED_SERVER,
                    Field.X_FORWARDED_OTHER,
                    Field.X_REAL_IP,
                    Field.X_CLIENT_IP,
                    Field.X_REQUEST_ID,
                    Field.X_ORIGINAL_URL,
                    Field.X_REWRITE_URL,
                    Field.SEC_WEBSOCKET_KEY,
                    Field.SEC_WEBSOCKET_VERSION ->
                    throw new InvalidValue(name, "a request field that the edge does not own");
            default -> {}
        }
    }

    /** Refuses what is no name, or one that is not the filters' to show a client. */
    static void requireResponseName(String name) {
        requireName(name);
        switch (idOf(name)) {
            case Field.CONTENT_LENGTH,
                    Field.TRANSFER_ENCODING,
                    Field.CONNECTION,
                    Field.KEEP_ALIVE,
                    Field.PROXY_CONNECTION,
                    Field.PROXY_AUTHENTICATE,
                    Field.TRAILER,
                    Field.UPGRADE,
                    Field.VIA,
                    Field.DATE,
                    Field.CONTENT_RANGE,
                    Field.SEC_WEBSOCKET_ACCEPT ->
                    throw new InvalidValue(name, "a response field that the edge does not own");
            default -> {}
        }
    }

    /** Refuses what cannot stand in a field: only visible ASCII, spaces and tabs can. */
    static void requireValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c > '~') {
                throw new InvalidValue(value, "visible ASCII characters and spaces");
            }
        }
    }

    private static void requireName(String name) {
        boolean fit = !name.isEmpty() && name.length() <= 64;
        for (int i = 0; fit && i < name.length(); i++) {
            char c = name.charAt(i);
            fit =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '-';
        }
        if (!fit) {
            throw new InvalidValue(name, NAME);
        }
    }

    private static int idOf(String name) {
        byte[] bytes = name.getBytes(ISO_8859_1);
        return Field.idOf(bytes, 0, bytes.length);
    }
}
