package dev.sallyport.core.downstream.http3;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The fields that QPACK knows by number (RFC 9204 appendix A). */
final class StaticTable {
    static final int STATUS = 24;

    private static final String TEXT =
            """
            :authority
            :path|/
            age|0
            content-disposition
            content-length|0
            cookie
            date
            etag
            if-modified-since
            if-none-match
            last-modified
            link
            location
            referer
            set-cookie
            :method|CONNECT
            :method|DELETE
            :method|GET
            :method|HEAD
            :method|OPTIONS
            :method|POST
            :method|PUT
            :scheme|http
            :scheme|https
            :status|103
            :status|200
            :status|304
            :status|404
            :status|503
            accept|*/*
            accept|application/dns-message
            accept-encoding|gzip, deflate, br
            accept-ranges|bytes
            access-control-allow-headers|cache-control
            access-control-allow-headers|content-type
            access-control-allow-origin|*
            cache-control|max-age=0
            cache-control|max-age=2592000
            cache-control|max-age=604800
            cache-control|no-cache
            cache-control|no-store
            cache-control|public, max-age=31536000
            content-encoding|br
            content-encoding|gzip
            content-type|application/dns-message
            content-type|application/javascript
            content-type|application/json
            content-type|application/x-www-form-urlencoded
            content-type|image/gif
            content-type|image/jpeg
            content-type|image/png
            content-type|text/css
            content-type|text/html; charset=utf-8
            content-type|text/plain
            content-type|text/plain;charset=utf-8
            range|bytes=0-
            strict-transport-security|max-age=31536000
            strict-transport-security|max-age=31536000; includesubdomains
            strict-transport-security|max-age=31536000; includesubdomains; preload
            vary|accept-encoding
            vary|origin
            x-content-type-options|nosniff
            x-xss-protection|1; mode=block
            :status|100
            :status|204
            :status|206
            :status|302
            :status|400
            :status|403
            :status|421
            :status|425
            :status|500
            accept-language
            access-control-allow-credentials|FALSE
            access-control-allow-credentials|TRUE
            access-control-allow-headers|*
            access-control-allow-methods|get
            access-control-allow-methods|get, post, options
            access-control-allow-methods|options
            access-control-expose-headers|content-length
            access-control-request-headers|content-type
            access-control-request-method|get
            access-control-request-method|post
            alt-svc|clear
            authorization
            content-security-policy|script-src 'none'; object-src 'none'; base-uri 'none'
            early-data|1
            expect-ct
            forwarded
            if-range
            origin
            purpose|prefetch
            server
            timing-allow-origin|*
            upgrade-insecure-requests|1
            user-agent
            x-forwarded-for
            x-frame-options|deny
            x-frame-options|sameorigin
            """;

    private static final byte[][] NAMES;
    private static final byte[][] VALUES;

    /**
     * Places of names by a hash of theirs; 0 where there is none, since 0 itself is never sought.
     */
    private static final byte[] BY_HASH = new byte[256];

    static {
        String[] lines = lines();
        NAMES = new byte[lines.length][];
        VALUES = new byte[lines.length][];
        for (int i = 0; i < lines.length; i++) {
            int bar = lines[i].indexOf('|');
            NAMES[i] = lines[i].substring(0, bar < 0 ? lines[i].length() : bar).getBytes(US_ASCII);
            VALUES[i] =
                    lines[i].substring(bar < 0 ? lines[i].length() : bar + 1).getBytes(US_ASCII);
            int hash = hash(NAMES[i], 0, NAMES[i].length);
            while (BY_HASH[hash] != 0 && !Arrays.equals(NAMES[BY_HASH[hash]], NAMES[i])) {
                hash = (hash + 1) & 0xff;
            }
            if (BY_HASH[hash] == 0) {
                BY_HASH[hash] = (byte) i;
            }
        }
    }

    private StaticTable() {}

    private static String[] lines() {
        List<String> lines = new ArrayList<>();
        for (int start = 0; start < TEXT.length(); ) {
            int end = TEXT.indexOf('\n', start);
            lines.add(TEXT.substring(start, end));
            start = end + 1;
        }
        return lines.toArray(new String[0]);
    }

    static int size() {
        return NAMES.length;
    }

    static byte[] name(int index) {
        return NAMES[index];
    }

    static byte[] value(int index) {
        return VALUES[index];
    }

    /** The place of a name in lower case, or -1. */
    static int find(byte[] lower, int from, int length) {
        int hash = hash(lower, from, length);
        while (BY_HASH[hash] != 0) {
            byte[] name = NAMES[BY_HASH[hash]];
            if (Arrays.equals(name, 0, name.length, lower, from, from + length)) {
                return BY_HASH[hash];
            }
            hash = (hash + 1) & 0xff;
        }
        return -1;
    }

    private static int hash(byte[] name, int from, int length) {
        int hash = length;
        for (int i = from; i < from + length; i++) {
            hash = hash * 31 + name[i];
        }
        return (hash ^ hash >>> 8 ^ hash >>> 16) & 0xff;
    }
}
