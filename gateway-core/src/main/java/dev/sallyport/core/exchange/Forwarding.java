package dev.sallyport.core.exchange;

import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.http.grpc.GrpcCall;
import dev.sallyport.core.loop.Deadline;
import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.proxyheader.Proxied;
import dev.sallyport.core.rebuild.RequestHygiene;
import dev.sallyport.core.rebuild.RequestTrace;
import dev.sallyport.core.rebuild.ResponseHygiene;
import dev.sallyport.core.rebuild.WebSocketProof;
import dev.sallyport.core.tunnel.Mouth;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * How an exchange is carried to an endpoint: attempts, one after the other while that is safe, then
 * the call that one of them became; and how long each step took. All that an {@link Upstream} and
 * its calls see of the exchange.
 */
public final class Forwarding {
    /** A span whose step did not happen. */
    static final long ABSENT = -1;

    /** Beyond this many interim responses an endpoint is not waited for any longer. */
    private static final int MAX_INTERIM = 16;

    private final Exchange exchange;
    private final LoopExchanges shared;
    private Upstream.@Nullable Attempt attempt;
    private @Nullable UpstreamCall call;
    private @Nullable String endpoint;
    private @Nullable ProxyError firstFailure;
    private @Nullable Deadline deadline;
    private long tried;
    private @Nullable Object lastTried;
    private Object @Nullable [] triedAmong;
    private int attempts;
    private int uncounted;
    private int interims;
    private boolean isConnecting;
    private boolean needsFresh;
    private long beganNanos;
    private long connectedNanos;
    private long answeredNanos;
    private boolean isReused;
    private boolean isAnswered;

    Forwarding(Exchange exchange, LoopExchanges shared) {
        this.exchange = exchange;
        this.shared = shared;
    }

    /** Rebuilds the request and asks for the first connection. */
    void begin(Upstream upstream, boolean trusted) {
        beganNanos = shared.loop().nanoTime();
        RequestHygiene.rebuild(
                exchange.head(),
                exchange.peer(),
                exchange.client(),
                trusted,
                exchange.requestId(),
                shared.scratch());
        GrpcCall grpc = exchange.grpc;
        if (grpc != null && grpc.allowedNanos() >= 0) {
            deadline = shared.loop().deadline(this::deadlinePassed);
            deadline.setAt(exchange.startNanos + grpc.allowedNanos());
        }
        RequestTrace trace = exchange.trace;
        if (trace != null) {
            trace.forward(exchange.head().fields());
        }
        open(upstream);
    }

    private void open(Upstream upstream) {
        isConnecting = true;
        int current = ++attempts;
        Upstream.Attempt opened = upstream.open(this);
        // It may have answered before it returned, and another attempt may be under way since.
        if (isConnecting && current == attempts) {
            attempt = opened;
        }
    }

    // What an upstream may ask.

    public Loop loop() {
        return shared.loop();
    }

    /** The request's head, rebuilt for the endpoint. */
    public RequestHead head() {
        return exchange.head();
    }

    public Route route() {
        return exchange.requireRoute();
    }

    /** How long nothing may move in a body; a gRPC stream may be as silent as a tunnel. */
    public long progressNanos() {
        Route.Times times = route().times();
        return exchange.grpc == null ? times.progress() : times.tunnelIdle();
    }

    /**
     * From the request's end to the response's head; where the client sets a deadline, that is what
     * it waits for, but not longer than a stream may be silent.
     */
    public long responseNanos() {
        GrpcCall call = exchange.grpc;
        Route.Times times = route().times();
        return call == null
                ? times.response()
                : Math.max(times.response(), Math.min(call.allowedNanos(), times.tunnelIdle()));
    }

    /** Whether both sides may be silent for long, as in a gRPC stream. */
    public boolean isOpenEnded() {
        return exchange.grpc != null;
    }

    /**
     * What a server that asks for a PROXY header is told: the client as filters and logs see it.
     */
    public Proxied proxied() {
        return exchange.peer().proxied(exchange.client());
    }

    /** The status the client sees; 0 before there is one. */
    public int responseStatus() {
        return exchange.status;
    }

    /**
     * Endpoints already asked, one bit for each place in {@code among}, the upstream's list (modulo
     * 64). Of a list that changed meanwhile, only the one asked last is known.
     */
    @SuppressWarnings("ReferenceEquality") // a new list of endpoints is a new array
    public long tried(Object[] among) {
        if (tried != 0 && among != triedAmong) {
            tried = 0;
            for (int i = 0; i < among.length; i++) {
                if (among[i] == lastTried) {
                    tried = 1L << i;
                }
            }
            triedAmong = among;
        }
        return tried;
    }

    /** Marks an endpoint as asked. */
    public void markTried(int place, Object endpoint, Object[] among) {
        tried |= 1L << place;
        lastTried = endpoint;
        triedAmong = among;
    }

    /**
     * Whether a pooled connection has already failed this exchange, so that only a new one will do.
     */
    public boolean needsFreshConnection() {
        return needsFresh;
    }

    // What becomes of an attempt, and of the call that follows it.

    /** A connection is ready to carry the request. */
    public void onConnected(UpstreamCall ready) {
        attempt = null;
        isConnecting = false;
        call = ready;
        endpoint = ready.endpoint();
        connectedNanos = shared.loop().nanoTime();
        isReused = ready.isReused();
        ready.send();
        if (exchange.isRequestEnded) {
            ready.end(null);
            ready.flush();
        } else {
            // The wire flushes by onDownstreamReadComplete: head and body in one write if it can.
            exchange.downstream.demand(true);
        }
    }

    /** The attempt, or the call, failed; it has already ended itself. */
    public void onFailed(ProxyError error) {
        if (!exchange.isDone() && !retry(error)) {
            exchange.giveUp(cause(error));
        }
    }

    /** Whether another attempt was begun in place of the one that failed with {@code error}. */
    private boolean retry(ProxyError error) {
        attempt = null;
        isConnecting = false;
        // A connection that idled too long, or an endpoint that would not look, says nothing of the
        // endpoint; once.
        boolean reused =
                !needsFresh
                        && ((call != null && call.isReused())
                                || error == ProxyError.STREAM_REFUSED);
        call = null;
        RequestHead head = exchange.head();
        Route route = exchange.requireRoute();
        if (exchange.status != 0
                || !isTryLeft(attempts - uncounted, route.retries(), reused)
                || !error.isRepeatable(head.method(), head.hasBody(), exchange.bytesIn)
                || !(route.action() instanceof Route.Action.Forward(Upstream upstream))) {
            return false;
        }
        shared.retried(upstream);
        firstFailure = error;
        if (reused) {
            tried = 0;
            needsFresh = true;
            uncounted++;
        }
        open(upstream);
        return true;
    }

    /**
     * Whether another attempt is allowed.
     *
     * @param attempts made so far that count
     * @param retries what the route allows beyond the first attempt
     * @param reused whether the last one failed on a pooled connection: that one is not counted
     */
    static boolean isTryLeft(int attempts, int retries, boolean reused) {
        return attempts <= retries + (reused ? 1 : 0);
    }

    /** When no other endpoint is left to try, what counts is why the one before failed. */
    private ProxyError cause(ProxyError last) {
        ProxyError before = firstFailure;
        return before != null && last.side() == ProxyError.Side.EDGE ? before : last;
    }

    /** A head has come: an interim one, the final one, or the end of HTTP on this connection. */
    public void onResponseHead(ResponseHead response) {
        if (response.isSwitchingProtocols()) {
            switchProtocols(response);
        } else if (response.isInterim()) {
            interim(response);
        } else {
            answered(response);
            exchange.respond(response);
        }
    }

    private void interim(ResponseHead response) {
        if (++interims > MAX_INTERIM) {
            abandon(ProxyError.RESPONSE_UNASKED);
        } else if (response.status() != 100 && !exchange.head().isHttp10()) {
            // 100 is between the edge and each side; the others belong to the client (RFC 9110
            // 15.2).
            ResponseHygiene.rebuild(response, exchange.peer(), shared.loop().httpDate());
            exchange.downstream.interim(response);
        }
    }

    private void switchProtocols(ResponseHead response) {
        UpstreamCall from = call;
        if (!exchange.head().isWebSocketUpgrade() || response.isHttp10() || from == null) {
            abandon(ProxyError.RESPONSE_UNASKED);
            return;
        }
        if (!WebSocketProof.settle(exchange.head(), response)) {
            abandon(ProxyError.HANDSHAKE_UNPROVEN);
            return;
        }
        answered(response);
        Mouth downstream = exchange.tunnel(response);
        Mouth upstream = from.upgrade();
        call = null;
        shared.tunnel(exchange, downstream, upstream);
    }

    private void answered(ResponseHead response) {
        isAnswered = true;
        answeredNanos = shared.loop().nanoTime();
        ResponseHygiene.rebuild(response, exchange.peer(), shared.loop().httpDate());
    }

    private void abandon(ProxyError why) {
        if (call != null) {
            call.cancel();
        }
        onFailed(why);
    }

    /** A piece of the response's body; takes ownership. */
    public void onResponseBody(ByteBuf data) {
        if (!exchange.deliver(data) && call != null) {
            call.demand(false);
            // A reader that is paused may never come to the end of its turn, which would flush.
            exchange.downstream.flush();
        }
    }

    /** The response is complete. */
    public void onResponseEnd(@Nullable FieldTable trailers) {
        call = null;
        exchange.finish(trailers);
    }

    /** Everything read in this turn has been delivered. */
    public void onReadComplete() {
        exchange.downstream.flush();
    }

    /** The request's body may flow again. */
    public void onWritable() {
        if (!exchange.isRequestEnded && call != null) {
            exchange.downstream.demand(true);
        }
    }

    /** The client no longer waits for the call. */
    private void deadlinePassed() {
        cancel();
        exchange.giveUp(ProxyError.DEADLINE_EXCEEDED);
    }

    // What the exchange asks for.

    /** The exchange is over. */
    void concluded() {
        if (deadline != null) {
            deadline.release();
        }
    }

    /** The call; null before there is one, and after it ended. */
    @Nullable UpstreamCall call() {
        return call;
    }

    /** Gives up whatever is under way. */
    void cancel() {
        isConnecting = false;
        if (attempt != null) {
            attempt.cancel();
            attempt = null;
        }
        if (call != null) {
            call.cancel();
            call = null;
        }
    }

    int attempts() {
        return attempts;
    }

    /** The endpoint asked last; null when none was reached. */
    @Nullable String endpoint() {
        return endpoint;
    }

    /** From the start of the exchange to the first attempt: what filters took. */
    long filterNanos() {
        return attempts == 0 ? ABSENT : beganNanos - exchange.startNanos;
    }

    /** Absent for a connection that was reused. */
    long connectNanos() {
        return endpoint == null || isReused ? ABSENT : connectedNanos - beganNanos;
    }

    /** From the request being sent to the response's head. */
    long firstByteNanos() {
        return isAnswered ? answeredNanos - connectedNanos : ABSENT;
    }

    /** From the start of the exchange to the request being sent. */
    long startNanos() {
        return endpoint == null ? ABSENT : connectedNanos - exchange.startNanos;
    }

    /** From the request being sent to the end of the exchange. */
    long totalNanos() {
        return endpoint == null ? ABSENT : exchange.endNanos - connectedNanos;
    }
}
