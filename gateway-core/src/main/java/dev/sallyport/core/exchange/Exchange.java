package dev.sallyport.core.exchange;

import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.Malformed;
import dev.sallyport.core.http.Method;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.rebuild.Answer;
import dev.sallyport.core.rebuild.AnswerWriter;
import dev.sallyport.core.rebuild.ClientAddress;
import dev.sallyport.core.rebuild.Peer;
import dev.sallyport.core.rebuild.RequestHygiene;
import dev.sallyport.core.rebuild.ResponseHygiene;
import dev.sallyport.core.tunnel.Ending;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, on one event loop, whatever the wires on its two sides.
 *
 * <p>The writability of one side is the read permission of the other: nothing is buffered here. A
 * request goes back a step only to be tried at another endpoint before a byte of it was answered,
 * or when a filter resumes it. However it ends, it is recorded once.
 */
public final class Exchange {
    private enum Phase {
        FILTERING,
        SUSPENDED,
        CONNECTING,
        AWAITING_HEAD,
        STREAMING,
        TUNNEL,
        DONE
    }

    /** Beyond this many interim responses an endpoint is not waited for any longer. */
    private static final int MAX_INTERIM = 16;

    private static final Answer.Line RETRY_SOON = Answer.Line.of("retry-after", "1");
    private static final byte[] LOCATION = "location".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = new byte[0];

    private final Loop loop;
    private final LoopExchanges shared;
    private final Downstream downstream;
    private final Peer peer;
    private final RequestHead head;
    private final Rules rules;
    private final ClientAddress client;
    private final boolean trusted;
    final Timings timings;
    private final long requestId;

    private Phase phase = Phase.FILTERING;
    private @Nullable Route route;
    private int nextFilter;
    private Upstream.@Nullable Attempt attempt;
    private @Nullable UpstreamCall call;
    private @Nullable String endpoint;
    private long tried;
    private int attempts;
    private int interims;
    private boolean needsFresh;
    private @Nullable ProxyError failure;
    private boolean isRebuilt;
    private boolean isRequestEnded;
    private boolean isResponding;
    private boolean isTunnel;
    private long bodyLimit = Long.MAX_VALUE;
    private long bytesIn;
    private long bytesOut;
    private int status;
    private @Nullable String reason;
    private @Nullable String verdictFilter;
    private @Nullable Object note;

    /**
     * Begins an exchange whose head is complete.
     *
     * @param head stays the exchange's until it ends; the wire takes it back then
     * @param startNanos when the first byte of the head was read
     */
    public Exchange(
            LoopExchanges shared,
            Downstream downstream,
            Peer peer,
            RequestHead head,
            Rules rules,
            long startNanos) {
        this.loop = shared.loop();
        this.shared = shared;
        this.downstream = downstream;
        this.peer = peer;
        this.head = head;
        this.rules = rules;
        this.trusted = rules.trustedProxies().contains(peer.address());
        this.client =
                trusted
                        ? RequestHygiene.client(head, peer, rules.trustedProxies())
                        : peer.address();
        this.timings = new Timings(startNanos);
        this.requestId = shared.nextId();
        this.isRequestEnded = !head.hasBody();
    }

    // What filters, routes and wires may ask.

    public Loop loop() {
        return loop;
    }

    public Peer peer() {
        return peer;
    }

    /** The client behind trusted proxies, or the peer itself. */
    public ClientAddress client() {
        return client;
    }

    /** The request's head; rebuilt for the endpoint once forwarding began. */
    public RequestHead head() {
        return head;
    }

    public Rules rules() {
        return rules;
    }

    /** The route, once matched. */
    public @Nullable Route route() {
        return route;
    }

    public long requestId() {
        return requestId;
    }

    /** Endpoints already asked, one bit for each place in the upstream's list (modulo 64). */
    public long tried() {
        return tried;
    }

    /** Marks an endpoint as asked. */
    public void markTried(int place) {
        tried |= 1L << place;
    }

    /**
     * Whether a pooled connection has already failed this exchange, so that only a new one will do.
     */
    public boolean needsFreshConnection() {
        return needsFresh;
    }

    /**
     * Bounds the request's body: a longer one is answered 413, whether or not it said its length.
     */
    public void limitRequestBody(long bytes) {
        bodyLimit = Math.min(bodyLimit, bytes);
    }

    /**
     * A value one filter keeps for another or for its own {@code onResponse}, such as the user's
     * name.
     */
    public @Nullable Object note() {
        return note;
    }

    public void note(@Nullable Object value) {
        note = value;
    }

    // The way down: filters, then the action.

    /** Runs the exchange on its route. */
    public void run(Route matched) {
        route = matched;
        shared.metrics().requestStarted(matched.metric());
        filterFrom(0);
    }

    /** Answers without a route. */
    public void refuse(Answer answer) {
        answer(answer);
    }

    /** Answers a head that could not be accepted; the wire closes after it. */
    public void refuse(Malformed why) {
        isRequestEnded = true;
        shared.malformed(why);
        answer(Answer.of(why.status(), why.reason()));
    }

    /** Goes on after a filter had answered {@link Verdict#SUSPEND}; on the exchange's loop. */
    public void resume(Verdict verdict) {
        if (phase != Phase.SUSPENDED) {
            return; // the client left meanwhile
        }
        phase = Phase.FILTERING;
        if (settle(verdict)) {
            filterFrom(nextFilter);
        }
        downstream.flush();
    }

    private void filterFrom(int first) {
        Route on = requireRoute();
        for (nextFilter = first; nextFilter < on.filters().size(); ) {
            Verdict verdict = on.filters().get(nextFilter++).filter().onRequest(this);
            if (!settle(verdict)) {
                return;
            }
        }
        if (head.contentLength() > bodyLimit) {
            answer(tooLarge());
            return;
        }
        act(on.action());
    }

    /** Whether the filters go on. */
    private boolean settle(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Continue() -> true;
            case Verdict.Suspend() -> {
                phase = Phase.SUSPENDED;
                yield false;
            }
            case Verdict.Respond(Answer answer) -> {
                verdictFilter = requireRoute().filters().get(nextFilter - 1).name();
                answer(answer);
                yield false;
            }
        };
    }

    private void act(Route.Action action) {
        // Not a switch on patterns: this is the way of every request.
        if (action instanceof Route.Action.Forward forward) {
            timings.filtered(loop.nanoTime());
            open(forward.upstream());
        } else if (action instanceof Route.Action.Redirect redirect) {
            answer(
                    new Answer(
                            redirect.status(),
                            "redirect",
                            List.of(new Answer.Line(LOCATION, redirect.target().location(head))),
                            null,
                            NOTHING));
        } else if (action instanceof Route.Action.Respond respond) {
            answer(respond.answer());
        }
    }

    @SuppressWarnings("ReferenceEquality") // SETTLED is one object
    private void open(Upstream upstream) {
        if (!isRebuilt) {
            isRebuilt = true;
            RequestHygiene.rebuild(head, peer, trusted, requestId, shared.scratch());
        }
        phase = Phase.CONNECTING;
        attempts++;
        Upstream.Attempt opened = upstream.open(this);
        // One that settled by failing may have been followed by another, which is the one to keep.
        if (opened != Upstream.Attempt.SETTLED) {
            attempt = opened;
        }
    }

    // From the endpoint's side.

    /** A connection is ready to carry the request. */
    public void onConnected(UpstreamCall ready) {
        attempt = null;
        call = ready;
        endpoint = ready.endpoint();
        phase = Phase.AWAITING_HEAD;
        timings.connected(loop.nanoTime(), ready.isReused());
        ready.send();
        if (isRequestEnded) {
            ready.end(null);
            ready.flush();
        } else {
            // The wire flushes by onDownstreamReadComplete: head and body in one write if it can.
            downstream.demand(true);
        }
    }

    /** An interim or final head has come. */
    public void onResponseHead(ResponseHead response) {
        if (response.isSwitchingProtocols()) {
            switchProtocols(response);
            return;
        }
        if (response.isInterim()) {
            interim(response);
            return;
        }
        phase = Phase.STREAMING;
        timings.answered(loop.nanoTime());
        ResponseHygiene.rebuild(response, peer, loop.httpDate());
        respond(response);
    }

    /** A piece of the response's body; takes ownership. */
    public void onResponseBody(ByteBuf data) {
        bytesOut += data.readableBytes();
        downstream.body(data);
        UpstreamCall from = call;
        if (from != null && !downstream.isWritable()) {
            from.demand(false);
        }
    }

    /** The response is complete. */
    public void onResponseEnd(@Nullable FieldTable trailers) {
        call = null;
        if (conclude()) {
            downstream.end(trailers);
        }
    }

    /** Everything read in this turn has been delivered. */
    public void onUpstreamReadComplete() {
        downstream.flush();
    }

    /** The request's body may flow again. */
    public void onUpstreamWritable() {
        if (!isRequestEnded && call != null) {
            downstream.demand(true);
        }
    }

    /** The attempt, or the call, failed; it has already ended itself. */
    public void onUpstreamFailed(ProxyError error) {
        if (phase == Phase.DONE) {
            return;
        }
        attempt = null;
        boolean reused = call != null && call.isReused();
        call = null;
        Route on = requireRoute();
        if (!isResponding
                && attempts <= on.retries() + (reused ? 1 : 0)
                && isRepeatable(error)
                && on.action() instanceof Route.Action.Forward(Upstream upstream)) {
            shared.retried(upstream);
            failure = error;
            if (reused) {
                // A connection that idled too long says nothing about its endpoint.
                tried = 0;
                needsFresh = true;
            }
            open(upstream);
            return;
        }
        // When no other endpoint is left to try, what counts is why the first one failed.
        fail(failure != null && error.side() == ProxyError.Side.EDGE ? failure : error);
        downstream.flush();
    }

    /**
     * RFC 9110 9.2.2: unsent requests always, unanswered ones only when repeating them does no
     * harm.
     */
    private boolean isRepeatable(ProxyError error) {
        return switch (error.sent()) {
            case NEVER -> bytesIn == 0;
            case MAYBE -> !head.hasBody() && Method.isIdempotent(head.method());
            case ANSWERED -> false;
        };
    }

    private void interim(ResponseHead response) {
        if (++interims > MAX_INTERIM) {
            abandon(ProxyError.RESPONSE_UNASKED);
        } else if (response.status() != 100 && !head.isHttp10()) {
            // 100 is between the edge and each side; the others belong to the client (RFC 9110
            // 15.2).
            ResponseHygiene.rebuild(response, peer, loop.httpDate());
            downstream.interim(response);
        }
    }

    private void switchProtocols(ResponseHead response) {
        UpstreamCall from = call;
        if (!head.isWebSocketUpgrade() || from == null) {
            abandon(ProxyError.RESPONSE_UNASKED);
            return;
        }
        phase = Phase.TUNNEL;
        isTunnel = true;
        isResponding = true;
        status = 101;
        timings.answered(loop.nanoTime());
        ResponseHygiene.rebuild(response, peer, loop.httpDate());
        Downstream.Upgraded clientEnd = downstream.upgrade(response);
        Downstream.Upgraded serverEnd = from.upgrade();
        call = null;
        shared.metrics().tunnelOpened(requireRoute().metric());
        shared.tunnel(this, clientEnd, serverEnd);
    }

    /** The tunnel that this exchange became is over. */
    void onTunnelClosed(long upBytes, long downBytes, Ending ending) {
        bytesIn += upBytes;
        bytesOut += downBytes;
        shared.metrics().tunnelClosed(requireRoute().metric(), upBytes, downBytes);
        if (ending != Ending.FINISHED) {
            reason = ending.word();
        }
        conclude();
    }

    private void abandon(ProxyError error) {
        UpstreamCall from = call;
        if (from != null) {
            from.cancel();
        }
        onUpstreamFailed(error);
    }

    // From the client's side.

    /** A piece of the request's body; takes ownership. */
    public void onRequestBody(ByteBuf data) {
        bytesIn += data.readableBytes();
        UpstreamCall to = call;
        if (bytesIn > bodyLimit) {
            data.release();
            if (to != null) {
                to.cancel();
                call = null;
            }
            if (phase != Phase.DONE) {
                failWith(tooLarge(), ProxyError.REQUEST_TOO_LARGE);
            }
            return;
        }
        if (to == null) {
            data.release(); // answered already: the wire drains the rest
            return;
        }
        to.body(data);
        if (!to.isWritable()) {
            downstream.demand(false);
        }
    }

    /** The request is complete. */
    public void onRequestEnd(@Nullable FieldTable trailers) {
        isRequestEnded = true;
        UpstreamCall to = call;
        if (to != null) {
            to.end(trailers);
        }
    }

    /** Everything the client had sent in this turn has been delivered. */
    public void onDownstreamReadComplete() {
        UpstreamCall to = call;
        if (to != null && head.hasBody()) {
            to.flush();
        }
    }

    /** The client took what was written: the response may flow again. */
    public void onDownstreamWritable() {
        UpstreamCall from = call;
        if (from != null) {
            from.demand(true);
        }
    }

    /** The client's side failed or left; nothing more can be written to it. */
    public void onDownstreamClosed(ProxyError why) {
        if (phase == Phase.DONE || phase == Phase.TUNNEL) {
            return;
        }
        endUpstream();
        reason = why.reason();
        if (!isResponding) {
            status = why.status();
        }
        conclude();
    }

    /**
     * The client's request broke off or broke the rules in its body, while an answer can still be
     * written.
     */
    public void onRequestFailed(ProxyError why) {
        if (phase == Phase.DONE) {
            return;
        }
        endUpstream();
        isRequestEnded = true;
        fail(why);
        downstream.flush();
    }

    private void endUpstream() {
        if (attempt != null) {
            attempt.cancel();
            attempt = null;
        }
        if (call != null) {
            call.cancel();
            call = null;
        }
    }

    // Answers of the edge itself.

    private void fail(ProxyError error) {
        int seconds = error.status() == 503 ? 1 : 0;
        failWith(
                seconds == 0
                        ? Answer.of(error.status(), error.reason())
                        : Answer.of(error.status(), error.reason(), RETRY_SOON),
                error);
    }

    private void failWith(Answer answer, ProxyError error) {
        if (isResponding) {
            reason = error.reason();
            if (conclude()) {
                downstream.abort(error);
            }
        } else {
            answer(answer);
        }
    }

    private static Answer tooLarge() {
        return Answer.of(413, ProxyError.REQUEST_TOO_LARGE.reason());
    }

    private void answer(Answer answer) {
        endUpstream();
        reason = answer.reason();
        ResponseHead response = shared.localHead();
        byte[] body = AnswerWriter.write(answer, requestId, response, shared.scratch());
        shared.answered(answer.reason());
        ResponseHygiene.finish(response.fields(), peer, loop.httpDate());
        respond(response);
        if (body.length > 0 && head.method() != Method.HEAD) {
            bytesOut += body.length;
            downstream.body(Unpooled.wrappedBuffer(body));
        }
        if (conclude()) {
            downstream.end(null);
        }
    }

    private void respond(ResponseHead response) {
        isResponding = true;
        status = response.status();
        Route on = route;
        if (on != null) {
            for (int i = nextFilter - 1; i >= 0; i--) {
                on.filters().get(i).filter().onResponse(this, response);
            }
        }
        downstream.respond(response);
    }

    /**
     * Records the exchange, once; false when it had ended before. The wire may go on to the next
     * one after it.
     */
    private boolean conclude() {
        if (phase == Phase.DONE) {
            return false;
        }
        phase = Phase.DONE;
        timings.ended(loop.nanoTime());
        shared.record(this);
        return true;
    }

    /** The route; only asked for once it is matched. */
    public Route requireRoute() {
        Route on = route;
        if (on == null) {
            throw new IllegalStateException("no route yet");
        }
        return on;
    }

    // What the record says.

    /** The status the client sees; 0 before there is one. */
    public int responseStatus() {
        return status;
    }

    boolean isDone() {
        return phase == Phase.DONE;
    }

    boolean isTunnel() {
        return isTunnel;
    }

    @Nullable String reason() {
        return reason;
    }

    @Nullable String verdictFilter() {
        return verdictFilter;
    }

    @Nullable String endpoint() {
        return endpoint;
    }

    int attempts() {
        return attempts;
    }

    long bytesIn() {
        return bytesIn;
    }

    long bytesOut() {
        return bytesOut;
    }
}
