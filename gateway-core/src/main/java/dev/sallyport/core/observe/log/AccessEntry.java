package dev.sallyport.core.observe.log;

import java.nio.charset.StandardCharsets;

/**
 * One record as it lies in a queue, read in place on the log's thread; a view that moves from
 * record to record.
 */
public final class AccessEntry {
    public static final int LISTENER = AccessLayout.LISTENER;
    public static final int PROTOCOL = AccessLayout.PROTOCOL;
    public static final int TLS_VERSION = AccessLayout.TLS_VERSION;
    public static final int TLS_CIPHER = AccessLayout.TLS_CIPHER;
    public static final int ALPN = AccessLayout.ALPN;
    public static final int ROUTE = AccessLayout.ROUTE;
    public static final int UPSTREAM = AccessLayout.UPSTREAM;
    public static final int ENDPOINT = AccessLayout.ENDPOINT;
    public static final int REASON = AccessLayout.REASON;
    public static final int VERDICT = AccessLayout.VERDICT;
    public static final int CLIENT_SUBJECT = AccessLayout.CLIENT_SUBJECT;
    public static final int CLIENT_FINGERPRINT = AccessLayout.CLIENT_FINGERPRINT;

    private static final int ADDRESS_LENGTH = 39;

    private final int[] offsets = new int[AccessLayout.STRINGS + 1];
    private byte[] bytes = new byte[0];
    private int at;

    AccessEntry at(byte[] ring, int place) {
        bytes = ring;
        at = place;
        int offset = place + AccessLayout.HEAD;
        for (int i = 0; i < AccessLayout.STRINGS; i++) {
            offsets[i] = offset;
            offset += (short) AccessLayout.SHORT.get(ring, place + AccessLayout.LENGTHS + 2 * i);
        }
        offsets[AccessLayout.STRINGS] = offset;
        return this;
    }

    /** The backing store, valid as long as the entry. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where a text or name begins: a constant of this class or of {@link AccessRecord}. */
    public int offset(int which) {
        return offsets[which];
    }

    /** How long a text or name is, 0 when absent. */
    public int length(int which) {
        return offsets[which + 1] - offsets[which];
    }

    /**
     * A copy of a text or name, with a replacement character for what is not UTF-8; empty when
     * absent.
     */
    public String string(int which) {
        return new String(bytes, offsets[which], length(which), StandardCharsets.UTF_8);
    }

    public long startEpochMicros() {
        return number(AccessLayout.START);
    }

    public long requestId() {
        return number(AccessLayout.REQUEST_ID);
    }

    /** 0, 4 or 6. */
    public int clientFamily() {
        return small(AccessLayout.FLAGS) >>> AccessLayout.FAMILY_SHIFT;
    }

    public long clientHigh() {
        return number(AccessLayout.CLIENT_HIGH);
    }

    public long clientLow() {
        return number(AccessLayout.CLIENT_LOW);
    }

    /** The client's address as text, empty when unknown. */
    public String clientAddress() {
        if (clientFamily() == 0) {
            return "";
        }
        LineBuffer text = new LineBuffer(ADDRESS_LENGTH);
        text.address(clientFamily(), clientHigh(), clientLow());
        return new String(text.bytes(), 0, text.length(), StandardCharsets.US_ASCII);
    }

    public int clientPort() {
        return small(AccessLayout.CLIENT_PORT);
    }

    public int status() {
        return small(AccessLayout.STATUS);
    }

    public int attempts() {
        return small(AccessLayout.ATTEMPTS);
    }

    /** {@link AccessRecord#ABSENT} when there is none. */
    public int grpcStatus() {
        return small(AccessLayout.GRPC_STATUS);
    }

    public long bytesIn() {
        return number(AccessLayout.BYTES_IN);
    }

    public long bytesOut() {
        return number(AccessLayout.BYTES_OUT);
    }

    public long totalMicros() {
        return number(AccessLayout.TOTAL);
    }

    public long filtersMicros() {
        return number(AccessLayout.FILTERS);
    }

    public long connectMicros() {
        return number(AccessLayout.CONNECT);
    }

    public long upstreamFirstByteMicros() {
        return number(AccessLayout.FIRST_BYTE);
    }

    public long upstreamStartMicros() {
        return number(AccessLayout.UPSTREAM_START);
    }

    public long upstreamTotalMicros() {
        return number(AccessLayout.UPSTREAM_TOTAL);
    }

    public long traceHigh() {
        return number(AccessLayout.TRACE_HIGH);
    }

    public long traceLow() {
        return number(AccessLayout.TRACE_LOW);
    }

    public long spanId() {
        return number(AccessLayout.SPAN);
    }

    public long parentSpanId() {
        return number(AccessLayout.PARENT_SPAN);
    }

    public long upstreamSpanId() {
        return number(AccessLayout.UPSTREAM_SPAN);
    }

    public boolean isTunnel() {
        return (small(AccessLayout.FLAGS) & AccessLayout.FLAG_TUNNEL) != 0;
    }

    public boolean isSampled() {
        return (small(AccessLayout.FLAGS) & AccessLayout.FLAG_SAMPLED) != 0;
    }

    /** Whether a text was longer than what is kept of it. */
    public boolean isCut() {
        return (small(AccessLayout.FLAGS) & AccessLayout.FLAG_CUT) != 0;
    }

    private long number(int place) {
        return (long) AccessLayout.LONG.get(bytes, at + place);
    }

    private int small(int place) {
        return (int) AccessLayout.INT.get(bytes, at + place);
    }
}
