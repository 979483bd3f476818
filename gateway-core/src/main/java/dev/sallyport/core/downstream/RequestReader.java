package dev.sallyport.core.downstream;

import dev.sallyport.core.exchange.Exchange;
import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.http.Malformed;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.wire.BodyReader;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends on one HTTP/1.1 connection, as requests one after the other. Bytes that come
 * before they may be used (a pipelined request, a body nobody demanded) are held, and reading
 * pauses meanwhile.
 */
final class RequestReader {
    private enum Stage {
        /** Waiting for, or in the middle of, a request head. */
        HEAD,
        /** In a request's body. */
        BODY,
        /** The request is complete; what comes is the next one, and has to wait. */
        COMPLETE,
        /** No request will be served any more: what comes is thrown away. */
        DISCARD,
        CLOSED
    }

    /** How much is thrown away before the client is cut off. */
    private static final int MOST_DISCARDED = 4 << 20;

    private final Http1Connection connection;
    private final LoopConnections connections;
    private final Channel channel;
    private final BodyReader body = new BodyReader();

    private Stage stage = Stage.HEAD;
    private @Nullable RequestHead head;
    private @Nullable ByteBuf held;
    private long startNanos;
    private int discarded;
    private boolean isConsuming;
    private boolean isDemanded;
    private boolean owesContinue;
    private boolean isPaused;
    private boolean hasRead;

    RequestReader(Http1Connection connection, LoopConnections connections, Channel channel) {
        this.connection = connection;
        this.connections = connections;
        this.channel = channel;
    }

    /** Takes ownership of {@code in}, just read. */
    void receive(ByteBuf in) {
        hasRead = true;
        ByteBuf waiting = held;
        if (waiting == null) {
            consume(in);
            return;
        }
        // Delivered although reading is paused: at most what was already on its way.
        ByteBuf joined = channel.alloc().buffer(waiting.readableBytes() + in.readableBytes());
        joined.writeBytes(waiting).writeBytes(in);
        waiting.release();
        in.release();
        held = joined;
    }

    /** Takes ownership of {@code in}; what cannot be used now is held. */
    private void consume(ByteBuf in) {
        isConsuming = true;
        boolean isSound = false;
        try {
            boolean goesOn = true;
            while (goesOn && in.isReadable()) {
                goesOn = step(in);
            }
            isSound = true;
        } finally {
            isConsuming = false;
            if (!isSound) {
                in.release();
            }
        }
        if (in.isReadable() && stage != Stage.CLOSED) {
            held = in;
            pause();
            // A channel that is paused may never come to the end of its turn, which would flush.
            connection.turnEnded();
        } else {
            in.release();
            resume();
        }
    }

    /** Uses some of {@code in}; false when the rest has to wait. */
    private boolean step(ByteBuf in) {
        return switch (stage) {
            case HEAD -> readHead(in);
            case BODY -> isDemanded && readBody(in);
            case COMPLETE, CLOSED -> false;
            case DISCARD -> throwAway(in);
        };
    }

    private boolean readHead(ByteBuf in) {
        RequestHead reading = head;
        if (reading == null) {
            reading = connections.takeHead();
            head = reading;
        }
        if (!reading.isStarted()) {
            startNanos = connections.loop().nanoTime();
        }
        switch (reading.feed(in, connection.rules().requestLimits())) {
            case RequestHead.INCOMPLETE -> connection.onHeadBegun(startNanos);
            case RequestHead.COMPLETE -> connection.onHead(reading);
            default -> connection.onHeadMalformed(reading);
        }
        return stage != Stage.CLOSED;
    }

    private boolean readBody(ByteBuf in) {
        owesContinue = false;
        Exchange current = connection.requireExchange();
        ByteBuf piece = body.next(in);
        Malformed malformed = body.malformed();
        if (piece != null) {
            current.onRequestBody(piece);
        } else if (malformed != null) {
            current.onRequestMalformed(malformed);
        }
        if (stage == Stage.BODY && body.isEnd()) {
            stage = Stage.COMPLETE;
            // Trailers of requests are not passed on: nothing reads them, and much has been
            // smuggled in them.
            current.onRequestEnd(null);
        }
        return true;
    }

    private boolean throwAway(ByteBuf in) {
        discarded += in.readableBytes();
        in.skipBytes(in.readableBytes());
        if (discarded > MOST_DISCARDED) {
            connection.close();
        }
        return true;
    }

    /** What follows the head {@code read} is its body, if it has one. */
    void expectBody(RequestHead read, HeadLimits limits) {
        isDemanded = false;
        owesContinue = read.expectsContinue();
        if (!read.hasBody()) {
            stage = Stage.COMPLETE;
            return;
        }
        stage = Stage.BODY;
        if (read.isChunked()) {
            body.beginChunks(limits);
        } else {
            body.begin(read.contentLength());
        }
    }

    /** Nothing that follows is part of a request: where its head ends cannot be told. */
    void expectNothing() {
        isDemanded = false;
        owesContinue = false;
        stage = Stage.COMPLETE;
    }

    /** The next request may be read. */
    void expectHead() {
        stage = Stage.HEAD;
        if (!isConsuming) {
            takeHeld();
            // What was held may have been a request with its body: nobody else pushes it out.
            connection.readCompleted();
        }
    }

    /** Grants or withdraws permission to read the body. */
    void demand(boolean wanted) {
        isDemanded = wanted;
        if (isConsuming) {
            return;
        }
        if (wanted) {
            takeHeld();
            connection.readCompleted();
        } else {
            pause();
        }
    }

    /** Whether the client waits to be told to go on with its body; asked once. */
    boolean takeContinue() {
        boolean isOwed = owesContinue && stage == Stage.BODY;
        owesContinue = false;
        return isOwed;
    }

    /** Throws away what waits and what comes. */
    void discard() {
        stage = Stage.DISCARD;
        releaseHeld();
    }

    /** Gives up what was held, with ownership; null when nothing was. */
    @Nullable ByteBuf giveHeld() {
        ByteBuf given = held;
        held = null;
        return given;
    }

    /** Ends reading; the head stays, since a running exchange may still look at it. */
    void close() {
        stage = Stage.CLOSED;
        releaseHeld();
    }

    void releaseHead() {
        RequestHead done = head;
        if (done != null) {
            head = null;
            connections.returnHead(done);
        }
    }

    private void takeHeld() {
        if (isConsuming) {
            return;
        }
        ByteBuf waiting = giveHeld();
        if (waiting == null) {
            resume();
        } else {
            consume(waiting);
        }
    }

    private void releaseHeld() {
        ByteBuf unread = giveHeld();
        if (unread != null) {
            unread.release();
        }
    }

    private void pause() {
        if (!isPaused && stage != Stage.DISCARD) {
            isPaused = true;
            channel.config().setAutoRead(false);
        }
    }

    void resume() {
        if (isPaused && stage != Stage.CLOSED) {
            isPaused = false;
            channel.config().setAutoRead(true);
        }
    }

    /** The head in the making; null when no byte of one has come. */
    @Nullable RequestHead begunHead() {
        RequestHead begun = head;
        return stage == Stage.HEAD && begun != null && begun.isStarted() ? begun : null;
    }

    long startNanos() {
        return startNanos;
    }

    boolean isAwaitingHead() {
        return stage == Stage.HEAD;
    }

    boolean isInBody() {
        return stage == Stage.BODY;
    }

    boolean isComplete() {
        return stage == Stage.COMPLETE;
    }

    boolean isDiscarding() {
        return stage == Stage.DISCARD;
    }

    boolean isClosed() {
        return stage == Stage.CLOSED;
    }

    boolean isHolding() {
        return held != null;
    }

    /** Whether bytes have come that are not looked at yet. */
    boolean hasMore() {
        return held != null || isConsuming;
    }

    /**
     * Whether a body was demanded and nothing of it has come since the last time this was asked.
     */
    boolean isStarved() {
        boolean isStarved = stage == Stage.BODY && isDemanded && !hasRead;
        hasRead = false;
        return isStarved;
    }
}
