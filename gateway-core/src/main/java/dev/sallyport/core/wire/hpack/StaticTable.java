package dev.sallyport.core.wire.hpack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.core.http.Field;

/** The fields both sides know from the start (RFC 7541 Appendix A), by index from 1. */
final class StaticTable {
    static final int LENGTH = 61;

    private static final String FIELDS =
            """
            :authority
            :method GET
            :method POST
            :path /
            :path /index.html
            :scheme http
            :scheme https
            :status 200
            :status 204
            :status 206
            :status 304
            :status 400
            :status 404
            :status 500
            accept-charset
            accept-encoding gzip, deflate
            accept-language
            accept-ranges
            accept
            access-control-allow-origin
            age
            allow
            authorization
            cache-control
            content-disposition
            content-encoding
            content-language
            content-length
            content-location
            content-range
            content-type
            cookie
            date
            etag
            expect
            expires
            from
            host
            if-match
            if-modified-since
            if-none-match
            if-range
            if-unmodified-since
            last-modified
            link
            location
            max-forwards
            proxy-authenticate
            proxy-authorization
            range
            referer
            refresh
            retry-after
            server
            set-cookie
            strict-transport-security
            transfer-encoding
            user-agent
            vary
            via
            www-authenticate
            """;

    static final byte[][] NAMES = new byte[LENGTH + 1][];
    static final byte[][] VALUES = new byte[LENGTH + 1][];

    /** The index of a known field's name, by the field's number; 0 for none. */
    private static final byte[] BY_FIELD = new byte[64];

    static {
        int index = 0;
        NAMES[0] = new byte[0];
        VALUES[0] = NAMES[0];
        int from = 0;
        while (from < FIELDS.length()) {
            int end = FIELDS.indexOf('\n', from);
            int space = FIELDS.indexOf(' ', from);
            int nameEnd = space < 0 || space > end ? end : space;
            index++;
            NAMES[index] = FIELDS.substring(from, nameEnd).getBytes(US_ASCII);
            VALUES[index] = FIELDS.substring(Math.min(nameEnd + 1, end), end).getBytes(US_ASCII);
            int id = Field.idOf(NAMES[index], 0, NAMES[index].length);
            if (id != Field.OTHER) {
                BY_FIELD[id] = (byte) index;
            }
            from = end + 1;
        }
    }

    private StaticTable() {}

    /** The index whose name is that of the field with this number, 0 when there is none. */
    static int indexOf(int fieldId) {
        return BY_FIELD[fieldId];
    }
}
