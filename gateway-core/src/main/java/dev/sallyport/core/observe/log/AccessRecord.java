package dev.sallyport.core.observe.log;

import org.jspecify.annotations.Nullable;

/**
 * What is worth telling of one exchange: filled by its loop at the exchange's end and offered at
 * once.
 *
 * <p>There is one per loop, reused. Fields are public because filling it is on the path of every
 * request. Byte texts are ranges of a pooled head: they are copied by {@link AccessQueue#offer} and
 * must not change before it. Names are constants or come from the configuration and are printable
 * ASCII. Durations are in microseconds, {@link #ABSENT} when the step did not happen.
 */
public final class AccessRecord {
    /** A duration that was not measured because its step did not happen. */
    public static final long ABSENT = -1;

    public static final int METHOD = 0;
    public static final int HOST = 1;
    public static final int PATH = 2;

    /** Begins with {@code ?}. */
    public static final int QUERY = 3;

    public static final int USER_AGENT = 4;
    public static final int REFERER = 5;
    static final int TEXTS = 6;

    public long startEpochMicros;
    public long requestId;

    /** 0 when unknown or a unix socket, else 4 or 6. */
    public int clientFamily;

    /** The first eight bytes of an IPv6 address. */
    public long clientHigh;

    /** The last eight bytes of an IPv6 address, or the four of an IPv4 address. */
    public long clientLow;

    public int clientPort;
    public int status;
    public int attempts;

    /** {@link #ABSENT} when the exchange was no gRPC call, or nobody said how it ended. */
    public int grpcStatus;

    public long bytesIn;
    public long bytesOut;

    public long totalMicros;
    public long filtersMicros;

    /** Absent when the upstream connection came from the pool. */
    public long connectMicros;

    /** From the first byte sent upstream to the first byte of its response head. */
    public long upstreamFirstByteMicros;

    /** When the last upstream attempt began, counted from the exchange's start. */
    public long upstreamStartMicros;

    /** From the beginning of the last upstream attempt to its end. */
    public long upstreamTotalMicros;

    public boolean tunnel;

    /** 0 and 0 when the exchange belongs to no trace. */
    public long traceHigh;

    public long traceLow;
    public long spanId;

    /** The span of whoever called the edge, 0 when the trace began here. */
    public long parentSpanId;

    /** The span named in the {@code traceparent} sent upstream, 0 when nothing was sent. */
    public long upstreamSpanId;

    public boolean sampled;

    public @Nullable String listener;
    public @Nullable String protocol;
    public @Nullable String tlsVersion;
    public @Nullable String tlsCipher;
    public @Nullable String alpn;

    /** Of the certificate the client gave; null when it gave none. */
    public @Nullable String clientSubject;

    /** SHA-256 of the certificate the client gave, in hexadecimal; null when it gave none. */
    public @Nullable String clientFingerprint;

    public @Nullable String route;
    public @Nullable String upstream;
    public @Nullable String endpoint;

    /**
     * Why the edge answered itself: {@code no-route}, {@code malformed:duplicate-host}; null when
     * it did not.
     */
    public @Nullable String reason;

    /** The filter that answered. */
    public @Nullable String verdict;

    final byte[] @Nullable [] sources = new byte[TEXTS][];
    final int[] offsets = new int[TEXTS];
    final int[] lengths = new int[TEXTS];

    public AccessRecord() {
        clear();
    }

    /**
     * Names a range as one of the byte texts, {@link #METHOD} to {@link #REFERER}; nothing is
     * copied yet.
     */
    public void text(int which, byte[] source, int offset, int length) {
        sources[which] = source;
        offsets[which] = offset;
        lengths[which] = length;
    }

    /**
     * Forgets everything, so that the next exchange starts from nothing and no pooled bytes are
     * held.
     */
    public void clear() {
        startEpochMicros = 0;
        requestId = 0;
        clientFamily = 0;
        clientHigh = 0;
        clientLow = 0;
        clientPort = 0;
        status = 0;
        attempts = 0;
        grpcStatus = (int) ABSENT;
        bytesIn = 0;
        bytesOut = 0;
        totalMicros = 0;
        filtersMicros = ABSENT;
        connectMicros = ABSENT;
        upstreamFirstByteMicros = ABSENT;
        upstreamStartMicros = ABSENT;
        upstreamTotalMicros = ABSENT;
        tunnel = false;
        traceHigh = 0;
        traceLow = 0;
        spanId = 0;
        parentSpanId = 0;
        upstreamSpanId = 0;
        sampled = false;
        listener = null;
        protocol = null;
        tlsVersion = null;
        tlsCipher = null;
        alpn = null;
        clientSubject = null;
        clientFingerprint = null;
        route = null;
        upstream = null;
        endpoint = null;
        reason = null;
        verdict = null;
        for (int i = 0; i < TEXTS; i++) {
            sources[i] = null;
            lengths[i] = 0;
        }
    }
}
