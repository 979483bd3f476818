package dev.sallyport.core.exchange;

import dev.sallyport.core.http.Method;
import dev.sallyport.core.rebuild.Answer;

/**
 * Why an exchange failed: what happened, on which side, and whether another endpoint may be asked.
 *
 * <p>A value, not an exception: loops pass it along, {@link Exchange} decides what it becomes.
 */
public enum ProxyError {
    NO_ENDPOINT(503, Side.EDGE, Sent.NEVER),
    ENDPOINT_FULL(503, Side.EDGE, Sent.NEVER),
    /** Nobody listens there, as during a restart: 503, so that the client comes again. */
    CONNECT_REFUSED(503, Side.UPSTREAM, Sent.NEVER),
    /**
     * This machine has no port or no file left for a connection; the endpoint was not asked, and is
     * not to blame.
     */
    NO_SOCKET(503, Side.EDGE, Sent.NEVER),
    CONNECT_TIMEOUT(504, Side.UPSTREAM, Sent.NEVER),
    TLS_FAILED(502, Side.UPSTREAM, Sent.NEVER),
    /** The connection ended after the request was written and before a byte of an answer. */
    UPSTREAM_CLOSED(502, Side.UPSTREAM, Sent.MAYBE),
    /** The endpoint would not look at the request, as when it is about to end (RFC 9113 8.7). */
    STREAM_REFUSED(503, Side.UPSTREAM, Sent.NEVER),
    /** The endpoint gave the request up in place of an answer. */
    STREAM_RESET(502, Side.UPSTREAM, Sent.MAYBE),
    /** Nothing came for long, and nobody answered when asked: the host is gone. */
    UPSTREAM_SILENT(504, Side.UPSTREAM, Sent.MAYBE),
    /** What came first was not of the protocol that the upstream is said to speak. */
    WRONG_PROTOCOL(502, Side.UPSTREAM, Sent.NEVER),
    /** A WebSocket, for an endpoint that is asked by HTTP/2 in clear alone. */
    WEBSOCKET_NOT_OFFERED(501, Side.EDGE, Sent.NEVER),
    RESPONSE_TIMEOUT(504, Side.UPSTREAM, Sent.ANSWERED),
    RESPONSE_STALLED(504, Side.UPSTREAM, Sent.ANSWERED),
    RESPONSE_MALFORMED(502, Side.UPSTREAM, Sent.ANSWERED),
    RESPONSE_TRUNCATED(502, Side.UPSTREAM, Sent.ANSWERED),
    /** 101 without being asked, or an endless run of 1xx. */
    RESPONSE_UNASKED(502, Side.UPSTREAM, Sent.ANSWERED),
    /** 101 for a WebSocket, without the proof that its key was understood (RFC 6455 4.1). */
    HANDSHAKE_UNPROVEN(502, Side.UPSTREAM, Sent.ANSWERED),
    REQUEST_TIMEOUT(408, Side.DOWNSTREAM, Sent.ANSWERED),
    REQUEST_MALFORMED(400, Side.DOWNSTREAM, Sent.ANSWERED),
    REQUEST_TOO_LARGE(413, Side.DOWNSTREAM, Sent.ANSWERED),
    CLIENT_CLOSED(499, Side.DOWNSTREAM, Sent.ANSWERED),
    CLIENT_STALLED(499, Side.DOWNSTREAM, Sent.ANSWERED),
    /** The time that a gRPC client allowed has passed. */
    DEADLINE_EXCEEDED(504, Side.EDGE, Sent.ANSWERED),
    DRAINED(503, Side.EDGE, Sent.ANSWERED),
    BUG(500, Side.EDGE, Sent.ANSWERED);

    /** Who failed. */
    public enum Side {
        DOWNSTREAM,
        EDGE,
        UPSTREAM
    }

    /** How far the request got, which decides what may be tried again (RFC 9110 9.2.2). */
    public enum Sent {
        /** No byte reached an endpoint: any request may be tried elsewhere. */
        NEVER,
        /** Written but unanswered: an idempotent request without a body may be tried elsewhere. */
        MAYBE,
        /** Too late, or not the endpoint's fault. */
        ANSWERED
    }

    private static final Answer.Line RETRY_SOON = Answer.Line.of("retry-after", "1");

    private final int status;
    private final Side side;
    private final Sent sent;
    private final String reason;

    ProxyError(int status, Side side, Sent sent) {
        this.status = status;
        this.side = side;
        this.sent = sent;
        this.reason = name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** The status the client sees, when it can still see one; 499 is for the log only. */
    public int status() {
        return status;
    }

    public Side side() {
        return side;
    }

    /**
     * Whether a request that failed so may be tried at another endpoint (RFC 9110 9.2.2): unsent
     * ones always, unanswered ones only when repeating them does no harm.
     *
     * @param bodyBytes how much of the body has been passed on, and is gone
     */
    boolean isRepeatable(int method, boolean hasBody, long bodyBytes) {
        return switch (sent) {
            case NEVER -> bodyBytes == 0;
            case MAYBE -> !hasBody && Method.isIdempotent(method);
            case ANSWERED -> false;
        };
    }

    /** What the edge says to a client that has not heard anything yet. */
    Answer answer() {
        return status == 503 ? Answer.of(status, reason, RETRY_SOON) : Answer.of(status, reason);
    }

    /** The word used in logs and metrics, kebab case. */
    public String reason() {
        return reason;
    }
}
