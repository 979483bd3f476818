package dev.sallyport.core.observe.metrics;

import dev.sallyport.core.observe.reason.ConnectionEnd;
import dev.sallyport.core.observe.reason.HandshakeResult;
import dev.sallyport.core.observe.reason.Rejection;
import dev.sallyport.core.observe.reason.UpstreamFailure;

/**
 * The counters of one event loop: only its loop counts, the scrape reads.
 *
 * <p>Routes, upstreams, listeners, malformed and response reasons are indices given by the {@link
 * MetricNames} of {@link Metrics}; a count costs a few nanoseconds and allocates nothing but a row
 * the first time.
 */
// An enum's place in its own list is its column here; nothing of it outlives the process.
@SuppressWarnings("EnumOrdinal")
public final class LoopMetrics {
    /** Upper bounds of the duration histogram's buckets; one more without bound follows. */
    static final long[] BUCKET_MICROS = {
        500,
        1_000,
        2_500,
        5_000,
        10_000,
        25_000,
        50_000,
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000
    };

    static final int STATUS_CLASSES = 5;

    // Columns of a route
    static final int STARTED = 0;
    static final int ENDED = 1;
    static final int BY_CLASS = 2;
    static final int BYTES_IN = BY_CLASS + STATUS_CLASSES;
    static final int BYTES_OUT = BYTES_IN + 1;
    static final int TUNNELS_OPENED = BYTES_OUT + 1;
    static final int TUNNELS_CLOSED = TUNNELS_OPENED + 1;
    static final int TUNNEL_UP = TUNNELS_CLOSED + 1;
    static final int TUNNEL_DOWN = TUNNEL_UP + 1;
    static final int DURATION_SUM = TUNNEL_DOWN + 1;
    static final int BUCKETS = DURATION_SUM + 1;
    static final int ROUTE_COLUMNS = BUCKETS + BUCKET_MICROS.length + 1;

    // Columns of a listener
    static final int ACCEPTED = 0;
    static final int CLOSED = 1;
    static final int REJECTED = 2;
    static final int LISTENER_COLUMNS = REJECTED + Rejection.values().length;

    // Columns of datagrams
    static final int DROPPED = 0;
    static final int HANDED = 1;
    static final int RETRIES = 2;
    static final int DATAGRAM_COLUMNS = 3;

    // Columns of an upstream
    static final int CONNECTED = 0;
    static final int DISCONNECTED = 1;
    static final int RETRIED = 2;
    static final int EJECTED = 3;
    static final int RESPONDED = 4;
    static final int FAILED = RESPONDED + STATUS_CLASSES;
    static final int UPSTREAM_COLUMNS = FAILED + UpstreamFailure.values().length;

    final CounterTable routes = new CounterTable(ROUTE_COLUMNS);
    final CounterTable listeners = new CounterTable(LISTENER_COLUMNS);
    final CounterTable upstreams = new CounterTable(UPSTREAM_COLUMNS);
    final CounterTable malformed = new CounterTable(1);
    final CounterTable edgeResponses = new CounterTable(1);
    final CounterTable handshakes = new CounterTable(1);
    final CounterTable datagrams = new CounterTable(DATAGRAM_COLUMNS);
    final CounterTable connectionEnds = new CounterTable(1);
    final TraceExamples examples = new TraceExamples();
    final RelayMetrics relays = new RelayMetrics();

    LoopMetrics() {}

    /** The counters of TCP and UDP routes. */
    public RelayMetrics relays() {
        return relays;
    }

    /** A request's head is complete and its route known. */
    public void requestStarted(int route) {
        routes.add(route, STARTED, 1);
    }

    /** A request that was started is over, whoever answered it; {@code status} is 100 to 599. */
    public void requestEnded(int route, int status, long bytesIn, long bytesOut, long micros) {
        long[] row = routes.row(route);
        CounterTable.add(row, ENDED, 1);
        CounterTable.add(row, BY_CLASS + classOf(status), 1);
        CounterTable.add(row, BYTES_IN, bytesIn);
        CounterTable.add(row, BYTES_OUT, bytesOut);
        CounterTable.add(row, DURATION_SUM, micros);
        CounterTable.add(row, BUCKETS + bucketOf(micros), 1);
    }

    /** The same request belongs to a sampled trace, which serves as the example of its bucket. */
    public void requestTraced(
            int route, long micros, long traceHigh, long traceLow, long spanId, long epochMillis) {
        examples.offer(route, bucketOf(micros), micros, traceHigh, traceLow, spanId, epochMillis);
    }

    public void tunnelOpened(int route) {
        routes.add(route, TUNNELS_OPENED, 1);
    }

    /** A tunnel that was opened is over; the bytes it moved upstream and downstream. */
    public void tunnelClosed(int route, long up, long down) {
        long[] row = routes.row(route);
        CounterTable.add(row, TUNNELS_CLOSED, 1);
        CounterTable.add(row, TUNNEL_UP, up);
        CounterTable.add(row, TUNNEL_DOWN, down);
    }

    /** The edge answered by itself. */
    public void edgeResponded(int reason) {
        edgeResponses.add(reason, 0, 1);
    }

    /** A request was refused as malformed. */
    public void malformed(int reason) {
        malformed.add(reason, 0, 1);
    }

    public void connectionAccepted(int listener) {
        listeners.add(listener, ACCEPTED, 1);
    }

    /** A connection that was accepted is over. */
    public void connectionClosed(int listener) {
        listeners.add(listener, CLOSED, 1);
    }

    /**
     * A connection was closed before anything came of it: at accept, where it counts neither as
     * accepted nor as closed, or later for want of a PROXY header or a TCP route.
     */
    public void connectionRejected(int listener, Rejection reason) {
        listeners.add(listener, REJECTED + reason.ordinal(), 1);
    }

    public void tlsHandshake(HandshakeResult result) {
        handshakes.add(result.ordinal(), 0, 1);
    }

    /** A datagram was thrown away unread: too short, too late, or one too many. */
    public void datagramDropped() {
        datagrams.add(0, DROPPED, 1);
    }

    /** A QUIC client had to show first that it is where it says. */
    public void addressAsked() {
        datagrams.add(0, RETRIES, 1);
    }

    /** A datagram came to another loop than its connection's, and was taken over. */
    public void datagramHanded() {
        datagrams.add(0, HANDED, 1);
    }

    /** The edge said good-bye on a connection that carries many requests at once. */
    public void connectionEnded(ConnectionEnd why) {
        connectionEnds.add(why.ordinal(), 0, 1);
    }

    /** A connection to an endpoint is ready for requests. */
    public void upstreamConnected(int upstream) {
        upstreams.add(upstream, CONNECTED, 1);
    }

    /** A connection that was ready is over. */
    public void upstreamDisconnected(int upstream) {
        upstreams.add(upstream, DISCONNECTED, 1);
    }

    /** An endpoint answered with this final status. */
    public void upstreamResponded(int upstream, int status) {
        upstreams.add(upstream, RESPONDED + classOf(status), 1);
    }

    public void upstreamFailed(int upstream, UpstreamFailure failure) {
        upstreams.add(upstream, FAILED + failure.ordinal(), 1);
    }

    /** A request is sent to another endpoint. */
    public void upstreamRetried(int upstream) {
        upstreams.add(upstream, RETRIED, 1);
    }

    /** An endpoint is taken out for its failures. */
    public void upstreamEjected(int upstream) {
        upstreams.add(upstream, EJECTED, 1);
    }

    private static int classOf(int status) {
        return Math.clamp(status / 100 - 1, 0, STATUS_CLASSES - 1);
    }

    private static int bucketOf(long micros) {
        int bucket = 0;
        while (bucket < BUCKET_MICROS.length && micros > BUCKET_MICROS[bucket]) {
            bucket++;
        }
        return bucket;
    }
}
