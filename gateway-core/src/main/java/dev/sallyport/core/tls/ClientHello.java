package dev.sallyport.core.tls;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the choice of a certificate needs from a hello (RFC 8446 4.1.2).
 *
 * @param serverName in lower case without a trailing dot; null when the client named nobody
 * @param offer what its list of application protocols has in common with ours
 */
public record ClientHello(@Nullable String serverName, Offer offer) {
    private static final int SERVER_NAME = 0;
    private static final int HOST_NAME = 0;
    private static final int PROTOCOLS = 16;
    private static final int LONGEST_NAME = 255;
    private static final byte[] ACME = "acme-tls/1".getBytes(StandardCharsets.US_ASCII);

    /** What two lists of protocols have in common. */
    public enum Offer {
        /** No ALPN at all: an old client, which speaks our default. */
        NONE,
        COMMON,
        NOTHING_COMMON,
        /** The list is exactly acme-tls/1: a validation by a certificate authority (RFC 8737 3). */
        CHALLENGE
    }

    /**
     * Reads the body of a hello; null when it is malformed. Neither moves nor releases the buffer.
     */
    public static @Nullable ClientHello read(ByteBuf hello, byte[][] spoken) {
        var at = hello.readerIndex() + 2 + 32; // version, random
        var end = hello.writerIndex();
        at = skip(hello, at, end, 1); // session
        at = skip(hello, at, end, 2); // ciphers
        at = skip(hello, at, end, 1); // compressions
        if (at < 0) {
            return null;
        }
        if (at == end) {
            return new ClientHello(null, Offer.NONE); // no extensions, which TLS 1.2 allows
        }
        if (at + 2 > end || at + 2 + hello.getUnsignedShort(at) != end) {
            return null;
        }
        at += 2;
        String name = null;
        var offer = Offer.NONE;
        while (at < end) {
            if (at + 4 > end) {
                return null;
            }
            var type = hello.getUnsignedShort(at);
            var start = at + 4;
            at = skip(hello, at + 2, end, 2);
            if (at < 0) {
                return null;
            }
            if (type == SERVER_NAME) {
                if (name != null) {
                    return null; // RFC 8446 4.2: one extension of a type
                }
                name = name(hello, start, at);
                if (name == null) {
                    return null;
                }
            } else if (type == PROTOCOLS) {
                var read = offer(hello, start, at, spoken);
                if (read == null || offer != Offer.NONE) {
                    return null;
                }
                offer = read;
            }
        }
        return new ClientHello(name, offer);
    }

    /**
     * The protocols that a hello offers, in its order; empty when it does not say. Only of one that
     * {@link #read} found to be well formed.
     */
    public static List<String> offered(ByteBuf hello) {
        var at = hello.readerIndex() + 2 + 32;
        var end = hello.writerIndex();
        at = skip(hello, skip(hello, skip(hello, at, end, 1), end, 2), end, 1) + 2;
        while (at + 4 <= end) {
            var next = skip(hello, at + 2, end, 2);
            if (hello.getUnsignedShort(at) == PROTOCOLS) {
                var offered = new ArrayList<String>();
                for (var name = at + 6; name < next; name = skip(hello, name, next, 1)) {
                    var length = hello.getUnsignedByte(name);
                    offered.add(hello.toString(name + 1, length, StandardCharsets.ISO_8859_1));
                }
                return offered;
            }
            at = next;
        }
        return List.of();
    }

    /**
     * The index behind a vector whose length takes {@code size} bytes, or -1 when it does not fit.
     */
    private static int skip(ByteBuf hello, int at, int end, int size) {
        if (at < 0 || at + size > end) {
            return -1;
        }
        var next = at + size + (size == 1 ? hello.getUnsignedByte(at) : hello.getUnsignedShort(at));
        return next > end ? -1 : next;
    }

    /** RFC 6066 3: a list of one host name. Null when it is anything else or no name at all. */
    private static @Nullable String name(ByteBuf hello, int start, int end) {
        if (start + 5 > end
                || start + 2 + hello.getUnsignedShort(start) != end
                || hello.getUnsignedByte(start + 2) != HOST_NAME) {
            return null;
        }
        var from = start + 5;
        var length = hello.getUnsignedShort(start + 3);
        if (length == 0 || length > LONGEST_NAME || from + length != end) {
            return null;
        }
        if (length > 1 && hello.getByte(end - 1) == '.') {
            length--;
        }
        var name = new byte[length];
        for (var i = 0; i < length; i++) {
            var c = hello.getByte(from + i);
            if (c <= ' ' || c == 0x7f) {
                return null; // NUL, blanks and bytes over 0x7f, which are negative here
            }
            name[i] = c >= 'A' && c <= 'Z' ? (byte) (c + 32) : c;
        }
        return new String(name, StandardCharsets.ISO_8859_1);
    }

    /** RFC 7301 3.1. */
    private static @Nullable Offer offer(ByteBuf hello, int start, int end, byte[][] spoken) {
        if (start + 2 > end
                || start + 2 + hello.getUnsignedShort(start) != end
                || start + 2 == end) {
            return null;
        }
        var count = 0;
        var common = false;
        var challenge = false;
        for (var at = start + 2; at < end; ) {
            var next = skip(hello, at, end, 1);
            if (next <= at + 1) {
                return null;
            }
            count++;
            challenge |= equal(hello, at + 1, next, ACME);
            for (var protocol : spoken) {
                common |= equal(hello, at + 1, next, protocol);
            }
            at = next;
        }
        if (challenge && count == 1) {
            return Offer.CHALLENGE;
        }
        // Where nothing is spoken by name, names are not looked at (RFC 7301 3.2).
        return common || spoken.length == 0 ? Offer.COMMON : Offer.NOTHING_COMMON;
    }

    private static boolean equal(ByteBuf hello, int from, int end, byte[] value) {
        if (end - from != value.length) {
            return false;
        }
        for (var i = 0; i < value.length; i++) {
            if (hello.getByte(from + i) != value[i]) {
                return false;
            }
        }
        return true;
    }
}
