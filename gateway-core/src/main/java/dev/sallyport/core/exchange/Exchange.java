package dev.sallyport.core.exchange;

import static java.util.Objects.requireNonNull;

import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.Malformed;
import dev.sallyport.core.http.Method;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.http.grpc.GrpcCall;
import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.rebuild.Answer;
import dev.sallyport.core.rebuild.ClientAddress;
import dev.sallyport.core.rebuild.Peer;
import dev.sallyport.core.rebuild.RequestHygiene;
import dev.sallyport.core.rebuild.RequestTrace;
import dev.sallyport.core.tunnel.Mouth;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
        FORWARDING,
        TUNNEL,
        DONE
    }

    private final LoopExchanges shared;
    private final Peer peer;
    private final RequestHead head;
    private final ClientAddress client;
    private final boolean trusted;
    private final long requestId;

    private Phase phase = Phase.FILTERING;
    private FilterChain filters = FilterChain.empty();
    private long bodyLimit = Long.MAX_VALUE;
    private @Nullable Object note;
    private Filter.Translation translation = Filter.Translation.NONE;

    // What the recorder and forwarding see.
    Downstream downstream;
    final Forwarding forwarding;
    final @Nullable RequestTrace trace;
    final @Nullable GrpcCall grpc;
    final long startNanos;
    long endNanos;
    long bytesIn;
    long bytesOut;
    boolean isRequestEnded;

    /** What the client sees; 0 before there is a response. */
    int status;

    @Nullable Route route;
    boolean isTunnel;
    @Nullable String reason;
    @Nullable String verdictFilter;

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
        this.shared = shared;
        this.downstream = downstream;
        this.peer = peer;
        this.head = head;
        this.trusted = rules.trustedProxies().contains(peer.address());
        this.client = RequestHygiene.client(head, peer, trusted, rules.trustedProxies());
        this.requestId = shared.nextId();
        this.trace = shared.trace(head.fields(), rules);
        this.startNanos = startNanos;
        this.grpc = GrpcCall.of(head.fields());
        this.forwarding = new Forwarding(this, shared);
        this.isRequestEnded = !head.hasBody();
    }

    // What filters, routes and wires may ask.

    public Loop loop() {
        return shared.loop();
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

    public long requestId() {
        return requestId;
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

    /** What turns the bodies into another form; {@link Filter.Translation#NONE} if nothing does. */
    public Filter.Translation translation() {
        return translation;
    }

    public void translate(Filter.Translation how) {
        translation = how;
    }

    // The way down: filters, then the action.

    public void run(Route matched) {
        route = matched;
        shared.metrics().requestStarted(matched.metric());
        filters = FilterChain.of(matched.filters());
        follow(filters.down(this));
    }

    /** Answers a head that could not be accepted; the wire closes after it. */
    public void refuse(Malformed why) {
        isRequestEnded = true;
        shared.malformed(why);
        refuse(Answer.to(why));
    }

    /** Goes on after a filter had answered {@link Verdict#SUSPEND}; on the exchange's loop. */
    public void resume(Verdict verdict) {
        if (phase != Phase.SUSPENDED) {
            return; // the client left meanwhile
        }
        phase = Phase.FILTERING;
        follow(verdict instanceof Verdict.Continue ? filters.down(this) : verdict);
        downstream.flush();
    }

    private void follow(Verdict verdict) {
        switch (verdict) {
            case Verdict.Continue() -> {
                if (head.contentLength() > bodyLimit) {
                    refuse(ProxyError.REQUEST_TOO_LARGE.answer());
                } else {
                    act(requireRoute().action());
                }
            }
            case Verdict.Suspend() -> phase = Phase.SUSPENDED;
            case Verdict.Respond(Answer answer) -> {
                verdictFilter = filters.last();
                refuse(answer);
            }
        }
    }

    private void act(Route.Action action) {
        // Not a switch on patterns: this is the way of every request.
        if (action instanceof Route.Action.Forward forward) {
            phase = Phase.FORWARDING;
            forwarding.begin(forward.upstream(), trusted);
        } else if (action instanceof Route.Action.Redirect redirect) {
            refuse(redirect.answer(head));
        } else if (action instanceof Route.Action.Respond respond) {
            refuse(respond.answer());
        }
    }

    // From the endpoint's side, by way of forwarding.

    /** Takes ownership. False when the client has its fill. */
    boolean deliver(ByteBuf data) {
        ByteBuf told = translation.response(data);
        bytesOut += told.readableBytes();
        downstream.body(told);
        return downstream.isWritable();
    }

    void finish(@Nullable FieldTable trailers) {
        GrpcCall.learn(grpc, trailers);
        ByteBuf last = translation.end(trailers);
        if (last != null) {
            bytesOut += last.readableBytes();
            downstream.body(last);
        }
        if (conclude()) {
            downstream.end(last == null ? trailers : null);
        }
    }

    /** No endpoint gives the response, or the rest of it. */
    void giveUp(ProxyError error) {
        fail(error, error.answer());
        downstream.flush();
    }

    /** The tunnel that this exchange became is over; {@code why} when it broke. */
    void tunnelClosed(long upBytes, long downBytes, @Nullable String why) {
        bytesIn += upBytes;
        bytesOut += downBytes;
        reason = why;
        conclude();
    }

    // From the client's side.

    /** A piece of the request's body; takes ownership. */
    public void onRequestBody(ByteBuf data) {
        bytesIn += data.readableBytes();
        UpstreamCall to = forwarding.call();
        if (bytesIn > bodyLimit) {
            data.release();
            onRequestFailed(ProxyError.REQUEST_TOO_LARGE);
            return;
        }
        if (to == null) {
            data.release(); // answered already: the wire drains the rest
            return;
        }
        ByteBuf told = translation.request(data);
        if (told == null) {
            onRequestFailed(ProxyError.REQUEST_MALFORMED);
            return;
        }
        to.body(told);
        if (!to.isWritable()) {
            downstream.demand(false);
            to.flush();
        }
    }

    public void onRequestEnd(@Nullable FieldTable trailers) {
        isRequestEnded = true;
        UpstreamCall to = forwarding.call();
        if (to != null && translation.mayRequestEnd()) {
            to.end(trailers);
        } else if (to != null) {
            onRequestFailed(ProxyError.REQUEST_MALFORMED);
        }
    }

    public void onDownstreamReadComplete() {
        UpstreamCall to = forwarding.call();
        if (to != null && head.hasBody()) {
            to.flush();
        }
    }

    /** The client took what was written: the response may flow again. */
    public void onDownstreamWritable() {
        UpstreamCall from = forwarding.call();
        if (from != null) {
            from.demand(true);
        }
    }

    /** The client's side failed or left; nothing more can be written to it. */
    public void onDownstreamClosed(ProxyError why) {
        if (phase == Phase.DONE || phase == Phase.TUNNEL) {
            return;
        }
        forwarding.cancel();
        reason = why.reason();
        if (status == 0) {
            status = why.status();
        }
        conclude();
    }

    /**
     * The client's request broke off or broke the rules in its body, while an answer can still be
     * written.
     */
    public void onRequestFailed(ProxyError why) {
        breakOff(why, why.answer());
    }

    /** The body of the client's request broke the rules of its framing. */
    public void onRequestMalformed(Malformed why) {
        shared.malformed(why);
        breakOff(ProxyError.REQUEST_MALFORMED, Answer.to(why));
    }

    private void breakOff(ProxyError error, Answer answer) {
        if (phase != Phase.DONE) {
            forwarding.cancel();
            isRequestEnded = true;
            fail(error, answer);
            downstream.flush();
        }
    }

    private void fail(ProxyError error, Answer answer) {
        if (status == 0) {
            refuse(answer);
            return;
        }
        reason = error.reason();
        if (conclude()) {
            downstream.abort(error);
        }
    }

    /** Answers without an endpoint, whether or not there is a route. */
    public void refuse(Answer answer) {
        forwarding.cancel();
        reason = answer.reason();
        byte[] body = shared.answer(answer, requestId, peer, grpc);
        respond(shared.localHead());
        if (body.length > 0 && head.method() != Method.HEAD) {
            bytesOut += body.length;
            downstream.body(Unpooled.wrappedBuffer(body));
        }
        if (conclude()) {
            downstream.end(null);
        }
    }

    /** Begins the response: the filters that saw the request see its head. */
    void respond(ResponseHead response) {
        status = response.status();
        GrpcCall.learn(grpc, response.fields());
        filters.up(this, response);
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
        forwarding.concluded();
        endNanos = shared.loop().nanoTime();
        shared.record(this);
        return true;
    }

    public Route requireRoute() {
        return requireNonNull(route);
    }

    /** The response is a tunnel from here on; gives the client's end of it. */
    Mouth tunnel(ResponseHead response) {
        phase = Phase.TUNNEL;
        isTunnel = true;
        status = response.status();
        Mouth client = downstream.upgrade(response);
        downstream = Downstream.Gone.GONE; // neither it nor all of the head lives as long
        Recorder.trim(head);
        return client;
    }

    /** Whether both sides may be silent for long: a gRPC call that the endpoint has answered. */
    public boolean isOpenEnded() {
        return grpc != null && status != 0;
    }

    boolean isDone() {
        return phase == Phase.DONE;
    }
}
