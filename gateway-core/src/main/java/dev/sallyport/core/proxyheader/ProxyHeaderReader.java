package dev.sallyport.core.proxyheader;

import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a header from the first bytes of a connection, strictly: whoever is trusted to send one
 * sends a correct one. Looked at again whenever more bytes have come; that costs nothing until it
 * is whole.
 */
public final class ProxyHeaderReader {
    /** The longest line of version 1, with its end. */
    static final int LONGEST_LINE = 107;

    /** More than addresses and every registered field need, client certificates aside. */
    static final int LONGEST_BLOCK = 4096;

    /** No header is longer. */
    public static final int LONGEST = 16 + LONGEST_BLOCK;

    private static final byte[] SIGNATURE = {
        0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
    };
    private static final byte[] WORD = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final int TYPE_CRC32C = 0x03;
    private static final int UNIX_BYTES = 216;

    private ProxyHeaderReader() {}

    /** What the first bytes are. */
    public sealed interface Outcome {
        /** Nothing wrong so far. */
        record Incomplete() implements Outcome {}

        /** No header, or a broken one; the reason is a word for a log. */
        record Malformed(String reason) implements Outcome {}

        /** A header; the reader index of the buffer stands behind it. */
        record Complete(ProxyHeader header) implements Outcome {}
    }

    private static final Outcome INCOMPLETE = new Outcome.Incomplete();

    /** Looks at the first bytes; moves the reader index only where a header is complete. */
    public static Outcome read(ByteBuf in) {
        int length = in.readableBytes();
        if (length == 0) {
            return INCOMPLETE;
        }
        byte first = in.getByte(in.readerIndex());
        if (first == WORD[0]) {
            return startsWith(in, WORD) ? line(in) : malformed("no-header");
        }
        if (first == SIGNATURE[0]) {
            return startsWith(in, SIGNATURE) ? binary(in) : malformed("no-header");
        }
        return malformed("no-header");
    }

    /** Whether what has come fits, be it less than all of it. */
    private static boolean startsWith(ByteBuf in, byte[] wanted) {
        int count = Math.min(in.readableBytes(), wanted.length);
        for (int i = 0; i < count; i++) {
            if (in.getByte(in.readerIndex() + i) != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    // Version 1, section 2.1.

    private static Outcome line(ByteBuf in) {
        int length = Math.min(in.readableBytes(), LONGEST_LINE);
        int end = in.indexOf(in.readerIndex(), in.readerIndex() + length, (byte) '\n');
        if (end < 0) {
            return length == LONGEST_LINE ? malformed("line-too-long") : INCOMPLETE;
        }
        int count = end - in.readerIndex() - 1;
        if (count < WORD.length || in.getByte(end - 1) != '\r') {
            return malformed("line-end");
        }
        String text = in.toString(in.readerIndex(), count, StandardCharsets.ISO_8859_1);
        ProxyHeader header = parse(text);
        if (header == null) {
            return malformed("line");
        }
        in.readerIndex(end + 1);
        return new Outcome.Complete(header);
    }

    private static @Nullable ProxyHeader parse(String line) {
        Words words = new Words(line, WORD.length);
        String family = words.next();
        // "The receiver must ignore anything presented before the CRLF".
        if ("UNKNOWN".equals(family)) {
            return ProxyHeader.NOBODY;
        }
        boolean isV4 = "TCP4".equals(family);
        if (!isV4 && !"TCP6".equals(family)) {
            return null;
        }
        InetAddress source = address(words.next(), isV4);
        InetAddress destination = address(words.next(), isV4);
        int sourcePort = port(words.next());
        int destinationPort = port(words.next());
        if (source == null
                || destination == null
                || sourcePort < 0
                || destinationPort < 0
                || !words.isEnd()) {
            return null;
        }
        return new ProxyHeader(
                new InetSocketAddress(source, sourcePort),
                new InetSocketAddress(destination, destinationPort));
    }

    /** Words with exactly one blank between them. */
    private static final class Words {
        private final String line;
        private int at;

        Words(String line, int at) {
            this.line = line;
            this.at = at;
        }

        @Nullable String next() {
            if (at > line.length()) {
                return null;
            }
            int blank = line.indexOf(' ', at);
            int end = blank < 0 ? line.length() : blank;
            String word = line.substring(at, end);
            at = end + 1;
            return word;
        }

        boolean isEnd() {
            return at == line.length() + 1;
        }
    }

    private static @Nullable InetAddress address(@Nullable String word, boolean isV4) {
        if (word == null || word.isEmpty() || (isV4 ? !isDotted(word) : !isColons(word))) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(word);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Four decimal octets without leading zeros: others are read differently by others. */
    private static boolean isDotted(String word) {
        int octets = 0;
        for (int at = 0; at <= word.length(); octets++) {
            int dot = word.indexOf('.', at);
            int end = dot < 0 ? word.length() : dot;
            int length = end - at;
            if (length < 1 || length > 3 || (length > 1 && word.charAt(at) == '0')) {
                return false;
            }
            int value = 0;
            for (int i = at; i < end; i++) {
                int digit = word.charAt(i) - '0';
                if (digit < 0 || digit > 9) {
                    return false;
                }
                value = value * 10 + digit;
            }
            if (value > 255) {
                return false;
            }
            at = end + 1;
        }
        return octets == 4;
    }

    /** No brackets, no scope: hexadecimal digits, colons, perhaps dots. */
    private static boolean isColons(String word) {
        if (word.indexOf(':') < 0) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            boolean isHex =
                    (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            if (!isHex && c != ':' && c != '.') {
                return false;
            }
        }
        return true;
    }

    private static int port(@Nullable String word) {
        if (word == null
                || word.isEmpty()
                || word.length() > 5
                || (word.length() > 1 && word.charAt(0) == '0')) {
            return -1;
        }
        int port = 0;
        for (int i = 0; i < word.length(); i++) {
            int digit = word.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            port = port * 10 + digit;
        }
        return port > 0xffff ? -1 : port;
    }

    // Version 2, section 2.2.

    private static Outcome binary(ByteBuf in) {
        int start = in.readerIndex();
        if (in.readableBytes() > 12) {
            int version = in.getUnsignedByte(start + 12);
            if (version != 0x20 && version != 0x21) {
                return malformed("version");
            }
        }
        if (in.readableBytes() < 16) {
            return INCOMPLETE;
        }
        int length = in.getUnsignedShort(start + 14);
        if (length > LONGEST_BLOCK) {
            return malformed("too-long");
        }
        if (in.readableBytes() < 16 + length) {
            return INCOMPLETE;
        }
        boolean isLocal = in.getUnsignedByte(start + 12) == 0x20;
        int family = in.getUnsignedByte(start + 13);
        int addresses = addressBytes(family);
        if (addresses < 0) {
            return malformed("family");
        }
        if (isLocal) {
            // "The receiver must accept this connection as valid and must use the real connection
            // endpoints and discard the protocol block".
            in.readerIndex(start + 16 + length);
            return new Outcome.Complete(ProxyHeader.NOBODY);
        }
        if (addresses > length) {
            return malformed("addresses");
        }
        String broken = fields(in, start, start + 16 + addresses, start + 16 + length);
        if (broken != null) {
            return malformed(broken);
        }
        ProxyHeader header = addresses(in, start + 16, family);
        in.readerIndex(start + 16 + length);
        return new Outcome.Complete(header);
    }

    /**
     * How many bytes the addresses of a family take; -1 for one that no connection can have:
     * datagrams do not come by one.
     */
    private static int addressBytes(int family) {
        return switch (family) {
            case 0x00 -> 0;
            case 0x11 -> 12;
            case 0x21 -> 36;
            case 0x31 -> UNIX_BYTES;
            default -> -1;
        };
    }

    private static ProxyHeader addresses(ByteBuf in, int at, int family) {
        int size = family == 0x11 ? 4 : 16;
        if (family != 0x11 && family != 0x21) {
            return ProxyHeader.NOBODY;
        }
        int ports = at + 2 * size;
        return new ProxyHeader(
                socket(in, at, size, in.getUnsignedShort(ports)),
                socket(in, at + size, size, in.getUnsignedShort(ports + 2)));
    }

    private static InetSocketAddress socket(ByteBuf in, int at, int size, int port) {
        byte[] bytes = new byte[size];
        in.getBytes(at, bytes);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("address of " + size + " bytes", e);
        }
    }

    /** Type, length, value: their shape must be right, and a checksum if there is one. */
    private static @Nullable String fields(ByteBuf in, int start, int from, int end) {
        int at = from;
        while (at < end) {
            if (end - at < 3) {
                return "field";
            }
            int type = in.getUnsignedByte(at);
            int length = in.getUnsignedShort(at + 1);
            if (length > end - at - 3) {
                return "field";
            }
            if (type == TYPE_CRC32C
                    && (length != 4
                            || in.getUnsignedInt(at + 3) != checksum(in, start, at + 3, end))) {
                return "checksum";
            }
            at += 3 + length;
        }
        return null;
    }

    /** Over the whole header, the checksum itself taken for zeros. */
    private static long checksum(ByteBuf in, int start, int sum, int end) {
        byte[] bytes = new byte[end - start];
        in.getBytes(start, bytes);
        for (int i = 0; i < 4; i++) {
            bytes[sum - start + i] = 0;
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }

    private static Outcome malformed(String reason) {
        return new Outcome.Malformed(reason);
    }
}
