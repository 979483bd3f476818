package dev.sallyport.core.http.grpc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.core.http.Field;
import dev.sallyport.core.http.FieldTable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads the fields of gRPC over HTTP/2 ({@code PROTOCOL-HTTP2.md} of its specification). */
public final class GrpcFields {
    /** No value of that kind. */
    public static final int ABSENT = -1;

    private static final byte[] CONTENT_TYPE = "application/grpc".getBytes(US_ASCII);
    private static final byte[] WEB = "-web".getBytes(US_ASCII);
    private static final byte[] TEXT = "-text".getBytes(US_ASCII);
    private static final byte[] TIMEOUT = "grpc-timeout".getBytes(US_ASCII);
    private static final byte[] STATUS = "grpc-status".getBytes(US_ASCII);
    private static final long LONGEST_NANOS = TimeUnit.DAYS.toNanos(365);
    private static final int MOST_TIMEOUT_DIGITS = 8;
    private static final int MOST_STATUS_DIGITS = 3;

    private GrpcFields() {}

    /** Whether a head is that of a gRPC call: {@code application/grpc}, alone or with a format. */
    public static boolean isCall(FieldTable fields) {
        int at = fields.find(Field.CONTENT_TYPE);
        return at >= 0
                && startsWith(fields, at, 0, CONTENT_TYPE)
                && isEnd(fields, at, CONTENT_TYPE.length);
    }

    /** Whether a head is that of a gRPC-Web call, in either of its forms. */
    public static boolean isWebCall(FieldTable fields) {
        int at = fields.find(Field.CONTENT_TYPE);
        if (at < 0
                || !startsWith(fields, at, 0, CONTENT_TYPE)
                || !startsWith(fields, at, CONTENT_TYPE.length, WEB)) {
            return false;
        }
        int end = CONTENT_TYPE.length + WEB.length;
        return isEnd(fields, at, startsWith(fields, at, end, TEXT) ? end + TEXT.length : end);
    }

    /** The type ends there, or a format or a parameter follows. */
    private static boolean isEnd(FieldTable fields, int at, int length) {
        if (fields.valueLength(at) == length) {
            return true;
        }
        byte next = fields.bytes()[fields.valueOffset(at) + length];
        return next == '+' || next == ';' || next == ' ';
    }

    private static boolean startsWith(FieldTable fields, int at, int skip, byte[] lower) {
        if (fields.valueLength(at) < skip + lower.length) {
            return false;
        }
        byte[] bytes = fields.bytes();
        int from = fields.valueOffset(at) + skip;
        for (int i = 0; i < lower.length; i++) {
            byte b = bytes[from + i];
            if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * What the client allows for the whole call, in nanoseconds; {@link #ABSENT} when it does not
     * say, or not in the form of the specification.
     */
    public static long timeoutNanos(FieldTable fields) {
        int at = fields.find(TIMEOUT);
        if (at < 0) {
            return ABSENT;
        }
        int digits = fields.valueLength(at) - 1;
        if (digits < 1 || digits > MOST_TIMEOUT_DIGITS) {
            return ABSENT;
        }
        long number = number(fields, at, digits);
        TimeUnit unit = unit(fields.bytes()[fields.valueOffset(at) + digits]);
        return number < 0 || unit == null ? ABSENT : Math.min(unit.toNanos(number), LONGEST_NANOS);
    }

    private static @Nullable TimeUnit unit(byte letter) {
        return switch (letter) {
            case 'H' -> TimeUnit.HOURS;
            case 'M' -> TimeUnit.MINUTES;
            case 'S' -> TimeUnit.SECONDS;
            case 'm' -> TimeUnit.MILLISECONDS;
            case 'u' -> TimeUnit.MICROSECONDS;
            case 'n' -> TimeUnit.NANOSECONDS;
            default -> null;
        };
    }

    /** How a call ended, as a head or trailers say; {@link #ABSENT} when they do not. */
    public static int status(FieldTable fields) {
        int at = fields.find(STATUS);
        if (at < 0) {
            return ABSENT;
        }
        int digits = fields.valueLength(at);
        return digits < 1 || digits > MOST_STATUS_DIGITS
                ? ABSENT
                : (int) number(fields, at, digits);
    }

    private static long number(FieldTable fields, int at, int digits) {
        byte[] bytes = fields.bytes();
        int from = fields.valueOffset(at);
        long number = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return ABSENT;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
