package dev.sallyport.core.exchange;

/** When each phase of an exchange ended, in {@link System#nanoTime} terms. */
final class Timings {
    /** A span whose phase did not happen. */
    static final long ABSENT = -1;

    private final long start;
    private long filtered;
    private long connected;
    private long answered;
    private long ended;
    private boolean isFiltered;
    private boolean isConnected;
    private boolean isReused;
    private boolean isAnswered;

    Timings(long start) {
        this.start = start;
    }

    void filtered(long now) {
        filtered = now;
        isFiltered = true;
    }

    void connected(long now, boolean reused) {
        connected = now;
        isConnected = true;
        isReused = reused;
    }

    void answered(long now) {
        answered = now;
        isAnswered = true;
    }

    void ended(long now) {
        ended = now;
    }

    long start() {
        return start;
    }

    long totalNanos() {
        return ended - start;
    }

    long filterNanos() {
        return isFiltered ? filtered - start : ABSENT;
    }

    /** Absent for a connection that was reused. */
    long connectNanos() {
        return isConnected && !isReused ? connected - filtered : ABSENT;
    }

    /** From the request being sent to the response's head. */
    long firstByteNanos() {
        return isAnswered ? answered - connected : ABSENT;
    }

    /** From the start of the exchange to the request being sent. */
    long upstreamStartNanos() {
        return isConnected ? connected - start : ABSENT;
    }

    /** From the request being sent to the end. */
    long upstreamNanos() {
        return isConnected ? ended - connected : ABSENT;
    }
}
