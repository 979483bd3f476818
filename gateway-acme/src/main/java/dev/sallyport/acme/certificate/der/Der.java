package dev.sallyport.acme.certificate.der;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;

/**
 * Distinguished encoding of the few ASN.1 types that certificates and keys need (X.690).
 *
 * <p>Written here because the alternative, a provider of several thousand classes, would be loaded
 * on the way to the first answer.
 */
public final class Der {
    public static final int SEQUENCE = 0x30;
    public static final int SET = 0x31;
    public static final int OCTET_STRING = 0x04;

    /** Of a type that its context knows. */
    public static final int CONTEXT = 0x80;

    /** Of a type that is made of others. */
    public static final int CONSTRUCTED = 0x20;

    private Der() {}

    /** One element. */
    public static byte[] of(int tag, byte[]... parts) {
        var length = 0;
        for (var part : parts) {
            length += part.length;
        }
        var out = new ByteArrayOutputStream(length + 6);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            var bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
            out.write(0x80 | bytes);
            for (var shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
                out.write(length >>> shift);
            }
        }
        for (var part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** A sequence of elements. */
    public static byte[] sequence(byte[]... parts) {
        return of(SEQUENCE, parts);
    }

    public static byte[] integer(BigInteger value) {
        return of(0x02, value.toByteArray());
    }

    public static byte[] bool(boolean value) {
        return of(0x01, new byte[] {(byte) (value ? 0xff : 0)});
    }

    public static byte[] nothing() {
        return of(0x05);
    }

    public static byte[] bits(int unused, byte[] content) {
        return of(0x03, new byte[] {(byte) unused}, content);
    }

    public static byte[] utf8(String text) {
        return of(0x0c, text.getBytes(StandardCharsets.UTF_8));
    }

    /** An object identifier; every arc of the ones in use fits an int. */
    public static byte[] oid(int... arcs) {
        var out = new ByteArrayOutputStream();
        out.write(arcs[0] * 40 + arcs[1]);
        for (var i = 2; i < arcs.length; i++) {
            var groups =
                    Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(arcs[i]) + 6) / 7);
            for (var group = groups - 1; group >= 0; group--) {
                out.write(((arcs[i] >>> (group * 7)) & 0x7f) | (group == 0 ? 0 : 0x80));
            }
        }
        return of(0x06, out.toByteArray());
    }

    /**
     * A time of a certificate: RFC 5280 4.1.2.5 wants UTCTime until 2049 and GeneralizedTime after.
     */
    public static byte[] time(Instant instant) {
        var at = ZonedDateTime.ofInstant(instant, ZoneOffset.UTC);
        var isShort = at.getYear() < 2050;
        var format =
                DateTimeFormatter.ofPattern(
                        isShort ? "uuMMddHHmmss'Z'" : "uuuuMMddHHmmss'Z'", Locale.ROOT);
        return of(isShort ? 0x17 : 0x18, format.format(at).getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * The element of {@code tag} directly inside the outermost sequence, header and all, or an
     * empty array.
     */
    public static byte[] child(byte[] sequence, int tag) {
        var at = contentStart(sequence, 0);
        while (at < sequence.length) {
            var start = contentStart(sequence, at);
            var end = start + length(sequence, at);
            if (end > sequence.length || end < start) {
                throw new IllegalArgumentException("element at " + at + " runs past the end");
            }
            if ((sequence[at] & 0xff) == tag) {
                return Arrays.copyOfRange(sequence, at, end);
            }
            at = end;
        }
        return new byte[0];
    }

    /** What an element holds, without its header. */
    public static byte[] content(byte[] element) {
        var start = contentStart(element, 0);
        return Arrays.copyOfRange(
                element, start, Math.min(element.length, start + length(element, 0)));
    }

    private static int contentStart(byte[] bytes, int at) {
        require(bytes, at + 1);
        var first = bytes[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int length(byte[] bytes, int at) {
        require(bytes, at + 1);
        var first = bytes[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        if (first > 0x83) {
            throw new IllegalArgumentException(
                    "length of " + (first & 0x7f) + " bytes (expected: 1..3)");
        }
        var length = 0;
        for (var i = 0; i < (first & 0x7f); i++) {
            require(bytes, at + 2 + i);
            length = (length << 8) | (bytes[at + 2 + i] & 0xff);
        }
        return length;
    }

    private static void require(byte[] bytes, int index) {
        if (index >= bytes.length) {
            throw new IllegalArgumentException("ends after " + bytes.length + " bytes");
        }
    }
}
