package dev.sallyport.core.downstream.h2;

import dev.sallyport.core.exchange.Downstream;
import dev.sallyport.core.exchange.Exchange;
import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.http.Field;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.Malformed;
import dev.sallyport.core.http.Method;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.tunnel.Mouth;
import dev.sallyport.core.wire.h2.ErrorCode;
import dev.sallyport.core.wire.h2.StreamChannel;
import dev.sallyport.core.wire.h2.StreamEnd;
import dev.sallyport.core.wire.h2.StreamMap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response on an HTTP/2 connection: {@link StreamBody} holds what the client
 * sends until the exchange demands it, {@link StreamResponse} what is sent until the client's
 * windows allow it.
 */
final class Http2Stream implements Downstream, StreamEnd, StreamMap.Numbered {
    /** Pieces of at least this size go on as they came; smaller ones are gathered over a turn. */
    private static final int LARGE = 4096;

    private final Http2Connection connection;
    private final int id;
    private final RequestHead head;
    private final StreamBody body;
    private final StreamResponse response;

    private @Nullable Exchange exchange;
    private @Nullable StreamChannel tunnel;
    private @Nullable ErrorCode resetCode;
    private boolean owesContinue;
    private boolean isClosed;
    private boolean isTouched;
    private boolean isTunnelEnded;
    private boolean hasMoved = true;
    private int stillLooks;

    Http2Stream(Http2Connection connection, int id, RequestHead head) {
        this.connection = connection;
        this.id = id;
        this.head = head;
        this.body = new StreamBody(connection, this);
        this.response = new StreamResponse(connection, this);
    }

    @Override
    public int id() {
        return id;
    }

    RequestHead head() {
        return head;
    }

    StreamBody body() {
        return body;
    }

    StreamResponse response() {
        return response;
    }

    boolean isTunnel() {
        return tunnel != null;
    }

    boolean isClosed() {
        return isClosed;
    }

    /** Whether it has to be looked at when the turn ends. */
    boolean isTouched() {
        return isTouched;
    }

    void touched(boolean changed) {
        isTouched = changed;
    }

    /**
     * The client broke a rule that RFC 9113 8.1.1 answers with a reset; the answer is for the log.
     */
    void resetInsteadOfAnswer() {
        resetCode = ErrorCode.PROTOCOL_ERROR;
    }

    void begin(Exchange begun) {
        exchange = begun;
        owesContinue = head.expectsContinue();
        body.begin(head.hasBody());
        if (head.method() == Method.HEAD) {
            response.bodiless();
        }
    }

    // What the client sends.

    /** A piece of the body, in {@code in}; {@code isLast} when the client's side ends with it. */
    void receive(ByteBuf in, int count, boolean isLast) {
        hasMoved = true;
        owesContinue &= count == 0;
        Malformed malformed = body.count(count, isLast, head.contentLength());
        Exchange current = exchange;
        if (malformed != null && current != null) {
            in.skipBytes(count);
            body.discarded(count);
            malformed(current, malformed);
            return;
        }
        if (current == null && tunnel == null) {
            in.skipBytes(count); // answered already, and the answer waits for its window
            body.discarded(count);
        } else if (count >= LARGE && current != null && body.isPassing()) {
            body.pass(current, in.readRetainedSlice(count));
        } else {
            body.hold(in, count);
        }
        if (isLast) {
            body.ended();
        }
        connection.touch(this);
    }

    /** The client's trailers, with which its side ends; {@code refusal} when they broke a rule. */
    void receiveTrailers(FieldTable received, @Nullable Malformed refusal) {
        hasMoved = true;
        Exchange current = exchange;
        Malformed malformed = refusal == null ? body.count(0, true, head.contentLength()) : refusal;
        body.ended();
        if (malformed != null && current != null) {
            malformed(current, malformed);
        } else {
            body.trailers(received);
            connection.touch(this);
        }
    }

    private void malformed(Exchange current, Malformed why) {
        resetInsteadOfAnswer();
        current.onRequestMalformed(why);
        connection.requests().countReset();
    }

    /** Everything that came in this turn is here: what may go on goes on. */
    void turnEnded() {
        StreamChannel through = tunnel;
        Exchange current = exchange;
        if (through != null) {
            through.deliver();
        } else if (current != null) {
            body.deliver(current);
            current.onDownstreamReadComplete();
        }
    }

    /** The client reset the stream, or the connection is gone. */
    void gone(ProxyError why) {
        Exchange current = exchange;
        StreamChannel through = tunnel;
        close();
        if (through != null) {
            through.broke();
        } else if (current != null) {
            current.onDownstreamClosed(why);
        }
    }

    // Downstream: what the exchange asks for.

    @Override
    public void demand(boolean wanted) {
        body.demand(wanted);
        if (!wanted || isClosed) {
            return;
        }
        if (owesContinue) {
            owesContinue = false;
            connection.writeBlock(id, connection.startBlock().status(100), false);
            connection.flush();
        }
        connection.touch(this);
        connection.settleOutsideTurn();
    }

    @Override
    public void interim(ResponseHead interim) {
        if (!isMute()) {
            connection.writeBlock(
                    id,
                    connection.startBlock().status(interim.status()).fields(interim.fields()),
                    false);
            connection.flush();
        }
    }

    @Override
    public void respond(ResponseHead answer) {
        owesContinue = false;
        if (!isMute()) {
            response.head(answer.status(), answer);
            hasMoved = true;
        }
    }

    @Override
    public void body(ByteBuf data) {
        if (isMute()) {
            data.release();
        } else {
            response.body(data);
        }
    }

    @Override
    public void end(@Nullable FieldTable trailers) {
        exchange = null;
        ErrorCode code = resetCode;
        if (isClosed) {
            return;
        }
        if (code == null) {
            response.end(trailers);
        } else {
            connection.requests().reset(this, code);
        }
    }

    @Override
    public void abort(ProxyError why) {
        exchange = null;
        ErrorCode code = resetCode;
        if (!isClosed) {
            connection.requests().reset(this, code == null ? ErrorCode.INTERNAL_ERROR : code);
        }
    }

    @Override
    public void flush() {
        connection.flush();
    }

    @Override
    public boolean isWritable() {
        return !isClosed && !response.isWaiting() && connection.isWritable();
    }

    @Override
    public Mouth upgrade(ResponseHead answer) {
        // RFC 8441 5: what HTTP/1.1 says by 101 is a plain success here.
        answer.fields().removeAll(Field.SEC_WEBSOCKET_ACCEPT);
        response.head(200, answer);
        connection.flush();
        StreamChannel opened = connection.openTunnel(this);
        tunnel = opened;
        exchange = null;
        return new Mouth(opened, null);
    }

    /** Whether nothing may be written any more. */
    private boolean isMute() {
        return isClosed || resetCode != null;
    }

    // The sending side.

    void moved() {
        hasMoved = true;
    }

    /** The client takes more: whoever the data come from may go on. */
    void resumeSource() {
        StreamChannel through = tunnel;
        Exchange current = exchange;
        if (through != null) {
            through.writable();
        } else if (current != null && isWritable()) {
            current.onDownstreamWritable();
        }
    }

    /** The response is written to its end. */
    void answered() {
        if (!body.isEnded()) {
            // RFC 9113 8.1: whoever answered before the request is complete wants no more of it.
            connection.writer().reset(id, ErrorCode.NO_ERROR);
        }
        connection.requests().ended(this, !body.isEnded());
    }

    // StreamEnd: what a tunnel asks for.

    @Override
    public @Nullable ByteBuf take() {
        return body.take();
    }

    @Override
    public boolean isInputEnded() {
        return body.isEnded() && !body.isHolding();
    }

    @Override
    public boolean write(ByteBuf data) {
        // Not while the connection has enough to do.
        return isWritable() && response.tryBody(data);
    }

    @Override
    public void endOutput(ChannelPromise ended) {
        if (!isClosed && !isTunnelEnded) {
            isTunnelEnded = true;
            connection.writer().emptyData(id);
            if (body.isEnded()) {
                connection.requests().ended(this, false);
            }
            connection.flush();
        }
        ended.setSuccess();
    }

    @Override
    public void closed() {
        if (isClosed) {
            return;
        }
        if (isTunnelEnded && body.isEnded()) {
            connection.requests().ended(this, false);
        } else {
            connection.requests().reset(this, ErrorCode.CANCEL);
        }
    }

    // Patience.

    /** Looks after one more part of the progress timeout; true when all of it passed in vain. */
    boolean isStalled(int parts) {
        Exchange current = exchange;
        boolean isStarved = body.isStarved() && (current == null || !current.isOpenEnded());
        boolean waits = tunnel == null && (response.isWaiting() || isStarved);
        stillLooks = waits && !hasMoved ? stillLooks + 1 : 0;
        hasMoved = false;
        return stillLooks >= parts;
    }

    /** The client did not move for too long. */
    void stalled() {
        Exchange current = exchange;
        if (response.isWaiting() || current == null) {
            connection.requests().cut(this, ErrorCode.CANCEL, ProxyError.CLIENT_STALLED);
        } else {
            current.onRequestFailed(ProxyError.REQUEST_TIMEOUT);
        }
        connection.requests().countReset();
    }

    /** Lets go of what is held, but the head. */
    void close() {
        isClosed = true;
        exchange = null;
        response.close();
        body.close();
    }
}
