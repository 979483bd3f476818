package dev.sallyport.core.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Builds a head in a reused array, then hands it over in one write; one per event loop.
 *
 * <p>Lines are rebuilt from checked parts. Only what {@link #raw} gets is taken as it is.
 */
public final class HeadWriter {
    private static final int INITIAL = 4096;
    private static final int KEPT = 64 * 1024;
    private static final byte[][] STATUS_LINES = StatusLines.all();

    private byte[] bytes = new byte[INITIAL];
    private int length;

    /** Begins a new head. */
    public HeadWriter start() {
        if (bytes.length > KEPT) {
            bytes = new byte[INITIAL];
        }
        length = 0;
        return this;
    }

    /** The status line, with the usual phrase: what an upstream wrote there is not relayed. */
    public HeadWriter statusLine(int status) {
        if (status < 100 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 100..599)");
        }
        return raw(STATUS_LINES[status - 100]);
    }

    /** The live fields in their order; runs of untouched lines are copied in one piece. */
    public HeadWriter fields(FieldTable fields) {
        byte[] source = fields.bytes();
        int runStart = 0;
        int runEnd = 0;
        int count = fields.count();
        for (int i = 0; i < count; i++) {
            if (fields.isRemoved(i)) {
                continue;
            }
            int nameOffset = fields.nameOffset(i);
            if (fields.isLineVerbatim(i)) {
                if (nameOffset != runEnd) {
                    run(source, runStart, runEnd);
                    runStart = nameOffset;
                }
                runEnd = fields.valueOffset(i) + fields.valueLength(i) + 2;
                continue;
            }
            run(source, runStart, runEnd);
            runStart = 0;
            runEnd = 0;
            rebuilt(fields, source, i);
        }
        run(source, runStart, runEnd);
        return this;
    }

    private void run(byte[] source, int start, int end) {
        if (end > start) {
            ensure(end - start);
            copy(source, start, end - start);
        }
    }

    private void rebuilt(FieldTable fields, byte[] source, int i) {
        ensure(fields.nameLength(i) + fields.valueLength(i) + 4);
        copy(source, fields.nameOffset(i), fields.nameLength(i));
        bytes[length++] = ':';
        bytes[length++] = Octets.SP;
        copy(source, fields.valueOffset(i), fields.valueLength(i));
        bytes[length++] = Octets.CR;
        bytes[length++] = Octets.LF;
    }

    public HeadWriter line(byte[] name, byte[] value) {
        return line(name, value, 0, value.length);
    }

    /**
     * One field line.
     *
     * @throws IllegalArgumentException when name or value hold a control byte
     */
    public HeadWriter line(byte[] name, byte[] value, int offset, int valueLength) {
        requireClean(name, 0, name.length);
        requireClean(value, offset, valueLength);
        ensure(name.length + valueLength + 4);
        copy(name, 0, name.length);
        bytes[length++] = ':';
        bytes[length++] = Octets.SP;
        copy(value, offset, valueLength);
        bytes[length++] = Octets.CR;
        bytes[length++] = Octets.LF;
        return this;
    }

    /** Bytes as they are: constants and pieces that were checked before. */
    public HeadWriter raw(byte[] piece) {
        return raw(piece, 0, piece.length);
    }

    /** Like {@link #raw(byte[])}, of a range. */
    public HeadWriter raw(byte[] piece, int offset, int pieceLength) {
        ensure(pieceLength);
        copy(piece, offset, pieceLength);
        return this;
    }

    /** A number of at least 0 in decimal digits. */
    public HeadWriter decimal(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("number: " + number + " (expected: at least 0)");
        }
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        ensure(digits);
        long rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    /** A number in lower-case hexadecimal digits without leading zeros: a chunk size. */
    public HeadWriter hex(long number) {
        int digits = Math.max(1, (67 - Long.numberOfLeadingZeros(number)) / 4);
        ensure(digits);
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
            int digit = (int) (number >>> shift) & 0xf;
            bytes[length++] = (byte) (digit < 10 ? '0' + digit : 'a' + digit - 10);
        }
        return this;
    }

    /** The end of a line, and after the last field the end of the head. */
    public HeadWriter end() {
        ensure(2);
        bytes[length++] = Octets.CR;
        bytes[length++] = Octets.LF;
        return this;
    }

    /** The bytes built so far. */
    public int length() {
        return length;
    }

    /** Appends what was built to {@code out}. */
    public void writeTo(ByteBuf out) {
        out.writeBytes(bytes, 0, length);
    }

    private void copy(byte[] source, int offset, int count) {
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    private void ensure(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    private static void requireClean(byte[] piece, int offset, int pieceLength) {
        int end = offset + pieceLength;
        int control = Octets.findControl(piece, offset, end);
        if (control < end) {
            throw new IllegalArgumentException(
                    "line: byte " + piece[control] + " (expected: no control byte)");
        }
    }

    /** The status lines of all statuses from 100 to 599, with the phrases of the IANA registry. */
    private static final class StatusLines {

        private StatusLines() {}

        static byte[][] all() {
            byte[][] lines = new byte[500][];
            for (int status = 100; status < 600; status++) {
                lines[status - 100] =
                        ("HTTP/1.1 " + status + " " + phrase(status) + "\r\n").getBytes(US_ASCII);
            }
            return lines;
        }

        private static String phrase(int status) {
            return switch (status) {
                case 100 -> "Continue";
                case 101 -> "Switching Protocols";
                case 102 -> "Processing";
                case 103 -> "Early Hints";
                case 200 -> "OK";
                case 201 -> "Created";
                case 202 -> "Accepted";
                case 203 -> "Non-Authoritative Information";
                case 204 -> "No Content";
                case 205 -> "Reset Content";
                case 206 -> "Partial Content";
                case 207 -> "Multi-Status";
                case 208 -> "Already Reported";
                case 226 -> "IM Used";
                case 300 -> "Multiple Choices";
                case 301 -> "Moved Permanently";
                case 302 -> "Found";
                case 303 -> "See Other";
                case 304 -> "Not Modified";
                case 305 -> "Use Proxy";
                case 307 -> "Temporary Redirect";
                case 308 -> "Permanent Redirect";
                case 400 -> "Bad Request";
                case 401 -> "Unauthorized";
                case 402 -> "Payment Required";
                case 403 -> "Forbidden";
                case 404 -> "Not Found";
                case 405 -> "Method Not Allowed";
                case 406 -> "Not Acceptable";
                case 407 -> "Proxy Authentication Required";
                case 408 -> "Request Timeout";
                case 409 -> "Conflict";
                case 410 -> "Gone";
                case 411 -> "Length Required";
                case 412 -> "Precondition Failed";
                case 413 -> "Content Too Large";
                case 414 -> "URI Too Long";
                case 415 -> "Unsupported Media Type";
                case 416 -> "Range Not Satisfiable";
                case 417 -> "Expectation Failed";
                case 421 -> "Misdirected Request";
                case 422 -> "Unprocessable Content";
                case 423 -> "Locked";
                case 424 -> "Failed Dependency";
                case 425 -> "Too Early";
                case 426 -> "Upgrade Required";
                case 428 -> "Precondition Required";
                case 429 -> "Too Many Requests";
                case 431 -> "Request Header Fields Too Large";
                case 451 -> "Unavailable For Legal Reasons";
                case 500 -> "Internal Server Error";
                case 501 -> "Not Implemented";
                case 502 -> "Bad Gateway";
                case 503 -> "Service Unavailable";
                case 504 -> "Gateway Timeout";
                case 505 -> "HTTP Version Not Supported";
                case 506 -> "Variant Also Negotiates";
                case 507 -> "Insufficient Storage";
                case 508 -> "Loop Detected";
                case 511 -> "Network Authentication Required";
                default -> "";
            };
        }
    }
}
