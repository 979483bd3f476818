package dev.sallyport.core.observe.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * How an access record lies in a queue's bytes: a head of fixed places, eighteen lengths, then the
 * texts.
 *
 * <p>Written by the loop, read by {@link AccessEntry}. Every record is a multiple of eight bytes.
 */
final class AccessLayout {
    static final int SIZE = 0;
    static final int FLAGS = 4;
    static final int START = 8;
    static final int REQUEST_ID = 16;
    static final int CLIENT_HIGH = 24;
    static final int CLIENT_LOW = 32;
    static final int CLIENT_PORT = 40;
    static final int STATUS = 44;
    static final int BYTES_IN = 48;
    static final int BYTES_OUT = 56;
    static final int TOTAL = 64;
    static final int FILTERS = 72;
    static final int CONNECT = 80;
    static final int FIRST_BYTE = 88;
    static final int UPSTREAM_START = 96;
    static final int UPSTREAM_TOTAL = 104;
    static final int TRACE_HIGH = 112;
    static final int TRACE_LOW = 120;
    static final int SPAN = 128;
    static final int PARENT_SPAN = 136;
    static final int UPSTREAM_SPAN = 144;
    static final int ATTEMPTS = 152;
    static final int GRPC_STATUS = 156;
    static final int LENGTHS = 160;

    static final int LISTENER = 6;
    static final int PROTOCOL = 7;
    static final int TLS_VERSION = 8;
    static final int TLS_CIPHER = 9;
    static final int ALPN = 10;
    static final int ROUTE = 11;
    static final int UPSTREAM = 12;
    static final int ENDPOINT = 13;
    static final int REASON = 14;
    static final int VERDICT = 15;
    static final int CLIENT_SUBJECT = 16;
    static final int CLIENT_FINGERPRINT = 17;
    static final int STRINGS = 18;

    static final int HEAD = LENGTHS + 2 * STRINGS;

    static final int FLAG_TUNNEL = 1;
    static final int FLAG_SAMPLED = 2;
    static final int FLAG_CUT = 4;
    static final int FAMILY_SHIFT = 8;

    /** The longest name kept; names of the configuration are shorter. */
    static final int NAME_LIMIT = 255;

    /** The longest byte texts kept, in the order of {@link AccessRecord}'s constants. */
    private static final int[] TEXT_LIMITS = {32, 255, 8192, 4096, 512, 2048};

    /** No record is longer. */
    static final int LONGEST = longest();

    static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private AccessLayout() {}

    private static int longest() {
        int sum = HEAD + (STRINGS - AccessRecord.TEXTS) * NAME_LIMIT;
        for (int limit : TEXT_LIMITS) {
            sum += limit;
        }
        return aligned(sum);
    }

    /** The bytes this record takes. */
    static int sizeOf(AccessRecord record) {
        int sum = HEAD;
        for (int i = 0; i < AccessRecord.TEXTS; i++) {
            sum += Math.min(record.lengths[i], TEXT_LIMITS[i]);
        }
        sum += lengthOf(record.listener) + lengthOf(record.protocol) + lengthOf(record.tlsVersion);
        sum += lengthOf(record.tlsCipher) + lengthOf(record.alpn) + lengthOf(record.route);
        sum += lengthOf(record.upstream) + lengthOf(record.endpoint) + lengthOf(record.reason);
        sum += lengthOf(record.clientSubject) + lengthOf(record.clientFingerprint);
        return aligned(sum + lengthOf(record.verdict));
    }

    /** Writes the record at {@code at}, where {@code size} bytes are free. */
    static void write(AccessRecord record, byte[] ring, int at, int size) {
        int flags = record.clientFamily << FAMILY_SHIFT;
        if (record.tunnel) {
            flags |= FLAG_TUNNEL;
        }
        if (record.sampled) {
            flags |= FLAG_SAMPLED;
        }
        INT.set(ring, at + SIZE, size);
        LONG.set(ring, at + START, record.startEpochMicros);
        LONG.set(ring, at + REQUEST_ID, record.requestId);
        LONG.set(ring, at + CLIENT_HIGH, record.clientHigh);
        LONG.set(ring, at + CLIENT_LOW, record.clientLow);
        INT.set(ring, at + CLIENT_PORT, record.clientPort);
        INT.set(ring, at + STATUS, record.status);
        LONG.set(ring, at + BYTES_IN, record.bytesIn);
        LONG.set(ring, at + BYTES_OUT, record.bytesOut);
        LONG.set(ring, at + TOTAL, record.totalMicros);
        LONG.set(ring, at + FILTERS, record.filtersMicros);
        LONG.set(ring, at + CONNECT, record.connectMicros);
        LONG.set(ring, at + FIRST_BYTE, record.upstreamFirstByteMicros);
        LONG.set(ring, at + UPSTREAM_START, record.upstreamStartMicros);
        LONG.set(ring, at + UPSTREAM_TOTAL, record.upstreamTotalMicros);
        LONG.set(ring, at + TRACE_HIGH, record.traceHigh);
        LONG.set(ring, at + TRACE_LOW, record.traceLow);
        LONG.set(ring, at + SPAN, record.spanId);
        LONG.set(ring, at + PARENT_SPAN, record.parentSpanId);
        LONG.set(ring, at + UPSTREAM_SPAN, record.upstreamSpanId);
        INT.set(ring, at + ATTEMPTS, record.attempts);
        INT.set(ring, at + GRPC_STATUS, record.grpcStatus);
        int end = at + HEAD;
        for (int i = 0; i < AccessRecord.TEXTS; i++) {
            int length = record.lengths[i];
            if (length > TEXT_LIMITS[i]) {
                length = TEXT_LIMITS[i];
                flags |= FLAG_CUT;
            }
            byte[] source = record.sources[i];
            if (source != null) {
                System.arraycopy(source, record.offsets[i], ring, end, length);
            }
            SHORT.set(ring, at + LENGTHS + 2 * i, (short) length);
            end += length;
        }
        INT.set(ring, at + FLAGS, flags);
        end = name(record.listener, ring, at, LISTENER, end);
        end = name(record.protocol, ring, at, PROTOCOL, end);
        end = name(record.tlsVersion, ring, at, TLS_VERSION, end);
        end = name(record.tlsCipher, ring, at, TLS_CIPHER, end);
        end = name(record.alpn, ring, at, ALPN, end);
        end = name(record.route, ring, at, ROUTE, end);
        end = name(record.upstream, ring, at, UPSTREAM, end);
        end = name(record.endpoint, ring, at, ENDPOINT, end);
        end = name(record.reason, ring, at, REASON, end);
        end = name(record.verdict, ring, at, VERDICT, end);
        end = name(record.clientSubject, ring, at, CLIENT_SUBJECT, end);
        name(record.clientFingerprint, ring, at, CLIENT_FINGERPRINT, end);
    }

    // The deprecated copy takes the low byte of each char: exact for ASCII, and one array copy
    // without an encoder.
    @SuppressWarnings("deprecation")
    private static int name(@Nullable String name, byte[] ring, int at, int which, int end) {
        int length = lengthOf(name);
        if (name != null) {
            name.getBytes(0, length, ring, end);
        }
        SHORT.set(ring, at + LENGTHS + 2 * which, (short) length);
        return end + length;
    }

    private static int lengthOf(@Nullable String name) {
        return name == null ? 0 : Math.min(name.length(), NAME_LIMIT);
    }

    private static int aligned(int size) {
        return (size + 7) & ~7;
    }
}
