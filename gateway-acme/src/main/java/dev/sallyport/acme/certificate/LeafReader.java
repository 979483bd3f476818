package dev.sallyport.acme.certificate;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a look-up needs of a certificate, read from its encoding (RFC 5280 4.1) in one pass: the
 * JDK's own object of it takes ten times the memory and the time.
 *
 * <p>It judges nothing. What it does not understand is an error, upon which the JDK is asked.
 */
final class LeafReader {
    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int BOOLEAN = 0x01;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SEQUENCE = 0x30;
    private static final int VERSION = 0xa0;
    private static final int EXTENSIONS = 0xa3;
    private static final int DNS_NAME = 0x82;
    private static final int IP_ADDRESS = 0x87;
    private static final int KEY_IDENTIFIER = 0x80;
    private static final byte[] ALTERNATIVE_NAMES = {0x55, 0x1d, 0x11};
    private static final byte[] AUTHORITY_KEY = {0x55, 0x1d, 0x23};

    private final byte[] der;
    private int at;
    private int end;

    private LeafReader(byte[] der) {
        this.der = der;
        this.end = der.length;
    }

    /**
     * What was read.
     *
     * @param names DNS names in lower case without a trailing dot
     * @param authorityKey which key of its issuer signed it; null when it does not say
     */
    record Leaf(
            BigInteger serial,
            Instant notBefore,
            Instant notAfter,
            List<String> names,
            List<InetAddress> addresses,
            byte @Nullable [] authorityKey) {}

    /** Reads one certificate and nothing after it. */
    static Leaf read(byte[] der) throws UnusableCertificateException {
        try {
            return new LeafReader(der).leaf();
        } catch (IllegalArgumentException | UnknownHostException | DateTimeException e) {
            throw new UnusableCertificateException("unreadable certificate: " + e.getMessage(), e);
        }
    }

    private Leaf leaf() throws UnknownHostException {
        enter(SEQUENCE);
        if (end != der.length) {
            throw new IllegalArgumentException("ends after " + end + " of " + der.length);
        }
        enter(SEQUENCE);
        if (isNext(VERSION)) {
            skip(VERSION);
        }
        var serial = new BigInteger(content(INTEGER));
        skip(SEQUENCE); // how it is signed
        skip(SEQUENCE); // by whom
        int around = enter(SEQUENCE);
        var notBefore = time();
        var notAfter = time();
        at = end;
        end = around;
        skip(SEQUENCE); // whose it is
        skip(SEQUENCE); // the key
        var names = new ArrayList<String>();
        var addresses = new ArrayList<InetAddress>();
        byte[] authorityKey = null;
        while (at < end && !isNext(EXTENSIONS)) {
            skip(tag());
        }
        if (at < end) {
            enter(EXTENSIONS);
            enter(SEQUENCE);
            while (at < end) {
                int extensions = enter(SEQUENCE);
                int next = end;
                var kind = content(OBJECT_IDENTIFIER);
                if (isNext(BOOLEAN)) {
                    skip(BOOLEAN);
                }
                enter(OCTET_STRING);
                if (Arrays.equals(kind, ALTERNATIVE_NAMES)) {
                    alternatives(names, addresses);
                } else if (Arrays.equals(kind, AUTHORITY_KEY)) {
                    authorityKey = authorityKey();
                }
                at = next;
                end = extensions;
            }
        }
        return new Leaf(serial, notBefore, notAfter, names, addresses, authorityKey);
    }

    private void alternatives(List<String> names, List<InetAddress> addresses)
            throws UnknownHostException {
        enter(SEQUENCE);
        while (at < end) {
            int kind = tag();
            var value = content(kind);
            if (kind == DNS_NAME) {
                names.add(name(value));
            } else if (kind == IP_ADDRESS) {
                addresses.add(InetAddress.getByAddress(value));
            }
        }
    }

    private static String name(byte[] value) {
        for (var each : value) {
            if (each <= ' ' || each == 0x7f) {
                throw new IllegalArgumentException("a name with the byte " + each);
            }
        }
        var text = new String(value, StandardCharsets.US_ASCII);
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a name that is empty");
        }
        return CertificateStore.canonical(text.toLowerCase(Locale.ROOT));
    }

    private byte @Nullable [] authorityKey() {
        enter(SEQUENCE);
        while (at < end) {
            int kind = tag();
            var value = content(kind);
            if (kind == KEY_IDENTIFIER) {
                return value;
            }
        }
        return null;
    }

    /** RFC 5280 4.1.2.5: to the second, in Zulu time; two digits of a year below 50 mean 20xx. */
    private Instant time() {
        boolean isShort = isNext(UTC_TIME);
        var text = content(isShort ? UTC_TIME : GENERALIZED_TIME);
        int digits = isShort ? 2 : 4;
        if (text.length != digits + 11 || text[text.length - 1] != 'Z') {
            throw new IllegalArgumentException("a time of " + text.length + " characters");
        }
        int year = number(text, 0, digits);
        if (isShort) {
            year += year < 50 ? 2000 : 1900;
        }
        return LocalDateTime.of(
                        year,
                        number(text, digits, 2),
                        number(text, digits + 2, 2),
                        number(text, digits + 4, 2),
                        number(text, digits + 6, 2),
                        number(text, digits + 8, 2))
                .toInstant(ZoneOffset.UTC);
    }

    private static int number(byte[] text, int from, int digits) {
        int number = 0;
        for (int i = from; i < from + digits; i++) {
            if (text[i] < '0' || text[i] > '9') {
                throw new IllegalArgumentException("a time with the byte " + text[i]);
            }
            number = number * 10 + text[i] - '0';
        }
        return number;
    }

    private int tag() {
        if (at >= end) {
            throw new IllegalArgumentException("ends at " + at);
        }
        return der[at] & 0xff;
    }

    private boolean isNext(int tag) {
        return at < end && tag() == tag;
    }

    /** Goes into an element; returns where the one around it ends. */
    private int enter(int tag) {
        int around = end;
        int length = header(tag);
        end = at + length;
        return around;
    }

    private byte[] content(int tag) {
        int length = header(tag);
        at += length;
        return Arrays.copyOfRange(der, at - length, at);
    }

    private void skip(int tag) {
        int length = header(tag); // first: it moves where we stand
        at += length;
    }

    /** Reads tag and length; the content, which it then stands at, is there as a whole. */
    private int header(int expected) {
        if (tag() != expected) {
            throw new IllegalArgumentException(
                    "tag " + tag() + " at " + at + " (expected: " + expected + ")");
        }
        int bytes = 0;
        int length = at + 1 < end ? der[at + 1] & 0xff : end;
        if (length >= 0x80) {
            bytes = length & 0x7f;
            if (bytes == 0 || bytes > 3 || at + 2 + bytes > end) {
                throw new IllegalArgumentException("length at " + at);
            }
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = (length << 8) | (der[at + 2 + i] & 0xff);
            }
        }
        int start = at + 2 + bytes;
        if (length > end - start) {
            throw new IllegalArgumentException("the element at " + at + " runs past the end");
        }
        at = start;
        return length;
    }
}
