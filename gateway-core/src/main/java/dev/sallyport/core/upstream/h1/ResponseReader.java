package dev.sallyport.core.upstream.h1;

import dev.sallyport.core.exchange.Forwarding;
import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.wire.BodyReader;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint sends on one HTTP/1.1 connection, as responses, each to the exchange of its
 * time. Anything sent without being asked for ends the connection.
 */
final class ResponseReader {
    private enum Stage {
        /** Nobody asked for anything. */
        IDLE,
        HEAD,
        BODY,
        CLOSED
    }

    private final Http1Call call;
    private final CallOwner owner;
    private final HeadLimits limits;
    private final BodyReader body = new BodyReader();

    private Stage stage = Stage.IDLE;
    private @Nullable ResponseHead head;
    private @Nullable ByteBuf afterUpgrade;

    /** Whose downstream is flushed when this turn of reading is over. */
    private @Nullable Forwarding delivered;

    private boolean hasAnswered;
    private boolean isKeepAlive;

    ResponseReader(Http1Call call, CallOwner owner) {
        this.call = call;
        this.owner = owner;
        this.limits = owner.responseLimits();
    }

    /** A request was given to the connection. */
    void expectResponse() {
        stage = Stage.HEAD;
        hasAnswered = false;
    }

    /** The connection waits for its next request. */
    void expectNothing() {
        stage = Stage.IDLE;
    }

    /** Takes ownership of {@code in}, just read. */
    void receive(ByteBuf in) {
        try {
            if (stage == Stage.IDLE) {
                // Nobody asked: an answer to nothing would become the next request's answer.
                call.close();
                return;
            }
            hasAnswered = true;
            boolean goesOn = true;
            while (goesOn && in.isReadable()) {
                goesOn = step(in);
            }
        } finally {
            in.release();
        }
        if (stage == Stage.CLOSED) {
            // On io_uring a channel closed while it reads does not tell of the end of its turn.
            readCompleted();
        }
    }

    /** This turn of reading is over. */
    void readCompleted() {
        Forwarding to = delivered;
        if (to != null) {
            delivered = null;
            to.onReadComplete();
        }
    }

    /** Uses some of {@code in}; false when the rest is of no use. */
    private boolean step(ByteBuf in) {
        return switch (stage) {
            case HEAD -> readHead(in);
            case BODY -> readBody(in);
            // Bytes beyond a complete response: whatever they are, they end the connection.
            case IDLE, CLOSED -> {
                call.close();
                yield false;
            }
        };
    }

    private boolean readHead(ByteBuf in) {
        Forwarding current = call.requireForwarding();
        ResponseHead reading = head;
        if (reading == null) {
            reading = owner.takeHead();
            head = reading;
        }
        int outcome = reading.feed(in, limits, current.head().method());
        if (outcome == RequestHead.INCOMPLETE) {
            return true;
        }
        if (outcome == RequestHead.MALFORMED) {
            call.fail(ProxyError.RESPONSE_MALFORMED);
            return false;
        }
        delivered = current;
        if (reading.isSwitchingProtocols()) {
            afterUpgrade = in.isReadable() ? in.readRetainedSlice(in.readableBytes()) : null;
            current.onResponseHead(reading);
            dropAfterUpgrade();
            return false;
        }
        if (reading.isInterim()) {
            current.onResponseHead(reading);
            releaseHead();
            return stage != Stage.CLOSED;
        }
        isKeepAlive = reading.isKeepAlive();
        boolean hasBody = reading.hasBody();
        if (hasBody) {
            expectBody(reading);
        }
        current.onResponseHead(reading);
        releaseHead();
        if (hasBody || stage == Stage.CLOSED) {
            return stage != Stage.CLOSED;
        }
        call.complete(null, isKeepAlive && !in.isReadable());
        return false;
    }

    private void expectBody(ResponseHead reading) {
        stage = Stage.BODY;
        if (reading.isChunked()) {
            body.beginChunks(limits);
        } else if (reading.contentLength() >= 0) {
            body.begin(reading.contentLength());
        } else {
            body.beginUntilClose();
        }
        call.progressed();
    }

    private boolean readBody(ByteBuf in) {
        Forwarding current = call.requireForwarding();
        ByteBuf piece = body.next(in);
        delivered = current;
        call.progressed();
        if (piece != null) {
            current.onResponseBody(piece);
        } else if (body.malformed() != null) {
            call.fail(ProxyError.RESPONSE_MALFORMED);
        }
        if (stage == Stage.BODY && body.isEnd()) {
            call.complete(body.trailers(), isKeepAlive && !in.isReadable());
            return false;
        }
        return stage != Stage.CLOSED;
    }

    /** Whether any of the response has come. */
    boolean hasAnswered() {
        return hasAnswered;
    }

    boolean isAwaitingHead() {
        return stage == Stage.HEAD;
    }

    boolean isIdle() {
        return stage == Stage.IDLE;
    }

    boolean isClosed() {
        return stage == Stage.CLOSED;
    }

    /** Whether the end of the connection is the end of the response. */
    boolean endsWithConnection() {
        return stage == Stage.BODY && body.endsWithConnection();
    }

    /** Gives up what followed a 101, with ownership; null when nothing did. */
    @Nullable ByteBuf giveAfterUpgrade() {
        ByteBuf given = afterUpgrade;
        afterUpgrade = null;
        return given;
    }

    /** Ends reading. */
    void close() {
        stage = Stage.CLOSED;
        dropAfterUpgrade();
        releaseHead();
    }

    private void dropAfterUpgrade() {
        ByteBuf unused = giveAfterUpgrade();
        if (unused != null) {
            unused.release();
        }
    }

    private void releaseHead() {
        ResponseHead done = head;
        if (done != null) {
            head = null;
            owner.returnHead(done);
        }
    }
}
