package dev.sallyport.core.downstream.http3;

import dev.sallyport.core.http.FieldSection;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.http.Malformed;
import dev.sallyport.core.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.QuicStreamChannel;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one request, in the order that RFC 9114 4.1 wants: a head, a body, perhaps
 * trailers. A body that nobody demanded is held, and nothing more is read meanwhile.
 */
final class RequestFrames {
    private enum Stage {
        HEAD,
        BODY,
        /** The stream is one end of a tunnel, which says when it is read. */
        TUNNEL,
        /** Behind the trailers; only frames of unknown kinds may come. */
        TRAILED,
        /** Nothing of the request is wanted any more. */
        DISCARD,
        CLOSED
    }

    /** Pieces of a body below this are put together: each would be a chunk of its own upstream. */
    private static final int SMALL = 4096;

    private final Http3Stream stream;
    private final QuicStreamChannel channel;
    private final FrameReader frames = new FrameReader();
    private Stage stage = Stage.HEAD;
    private @Nullable ByteBuf held;
    private @Nullable ByteBuf pieces;
    private long expected = -1;
    private long received;
    private boolean isEndRead;
    private boolean isEndTold;
    private boolean isConsuming;
    private boolean isDemanded;
    private boolean owesContinue;
    private boolean hasRead;

    RequestFrames(Http3Stream stream, QuicStreamChannel channel) {
        this.stream = stream;
        this.channel = channel;
    }

    /** Takes ownership of {@code in}, just read; {@code isLast} when nothing follows it. */
    void receive(ByteBuf in, boolean isLast) {
        isEndRead = isEndRead || isLast;
        ByteBuf waiting = held;
        if (waiting == null) {
            consume(in);
        } else {
            held = null;
            waiting.discardSomeReadBytes();
            waiting.writeBytes(in);
            in.release();
            consume(waiting);
        }
    }

    private void consume(ByteBuf in) {
        isConsuming = true;
        boolean isSound = false;
        try {
            boolean goesOn = true;
            while (goesOn && in.isReadable() && stage != Stage.CLOSED) {
                goesOn = step(in);
            }
            deliver();
            isSound = true;
        } finally {
            isConsuming = false;
            if (!isSound) {
                in.release();
            }
        }
        if (in.isReadable() && stage != Stage.CLOSED) {
            held = in;
        } else {
            in.release();
        }
        endIfRead();
    }

    /** Uses some of {@code in}; false when the rest has to wait. */
    private boolean step(ByteBuf in) {
        if (stage == Stage.DISCARD) {
            in.skipBytes(in.readableBytes());
            return false;
        }
        if (!frames.read(in)) {
            return false;
        }
        long type = frames.type();
        if (type == FrameReader.DATA) {
            return (stage == Stage.BODY || stage == Stage.TUNNEL) ? data(in) : unexpected();
        }
        deliver();
        if (type == FrameReader.HEADERS) {
            // RFC 9114 4.4: a tunnel has no trailers.
            boolean mayCome = stage != Stage.TRAILED && stage != Stage.TUNNEL;
            return mayCome ? section(in) : unexpected();
        }
        if (type == FrameReader.SETTINGS
                || type == FrameReader.GOAWAY
                || type == FrameReader.MAX_PUSH_ID
                || type == FrameReader.CANCEL_PUSH
                || type == FrameReader.PUSH_PROMISE
                || frames.isOfHttp2()) {
            return unexpected();
        }
        return frames.skip(in);
    }

    private boolean unexpected() {
        stream.connection().fail(Http3Error.FRAME_UNEXPECTED);
        return false;
    }

    private boolean section(ByteBuf in) {
        HeadLimits limits = stream.rules().requestLimits();
        long left = frames.left();
        boolean isHead = stage == Stage.HEAD;
        // What is longer encoded is longer decoded, by what counts for each field.
        if (left > (isHead ? limits.bytes() : limits.trailerBytes())) {
            if (isHead) {
                stream.onLongHead(limits);
            } else {
                stream.onMalformed(Malformed.TRAILERS_TOO_LARGE);
            }
            return true;
        }
        int length = (int) left;
        if (in.readableBytes() < length) {
            return false;
        }
        byte[] section = stream.connection().tools().take(in, length);
        frames.used(left);
        frames.endIfThrough();
        if (isHead) {
            stream.onHead(section, length, isEndRead && !in.isReadable());
        } else {
            trailers(section, length, limits);
        }
        return stage != Stage.CLOSED;
    }

    private void trailers(byte[] bytes, int length, HeadLimits limits) {
        stage = Stage.TRAILED;
        FieldSection section = FieldSection.trailers(new FieldTable());
        if (!stream.connection().tools().reader().read(bytes, length, section, limits)) {
            stream.connection().fail(Http3Error.QPACK_DECOMPRESSION_FAILED);
        } else {
            Malformed why = section.malformed();
            if (why != null) {
                stream.onMalformed(why);
            }
        }
    }

    private boolean data(ByteBuf in) {
        if (!isDemanded) {
            return false;
        }
        owesContinue = false;
        int count = (int) Math.min(frames.left(), in.readableBytes());
        received += count;
        if (expected >= 0 && received > expected) {
            stream.onMalformed(Malformed.BODY_LENGTH_MISMATCH);
            return false;
        }
        hasRead = hasRead || count > 0;
        frames.used(count);
        if (count >= SMALL) {
            deliver();
            stream.onBody(in.readRetainedSlice(count));
        } else if (count > 0) {
            ByteBuf all = pieces;
            if (all == null) {
                all = channel.alloc().directBuffer(count);
                pieces = all;
            }
            all.writeBytes(in, count);
        }
        frames.endIfThrough();
        return true;
    }

    /** Gives on what was put together. */
    private void deliver() {
        ByteBuf all = pieces;
        if (all != null) {
            pieces = null;
            stream.onBody(all);
        }
    }

    private void endIfRead() {
        if (!isEndRead || isEndTold || (held != null && isWaiting())) {
            return;
        }
        isEndTold = true;
        switch (stage) {
            case HEAD -> stream.onIncomplete();
            case BODY, TRAILED -> {
                if (held != null || !frames.isBetweenFrames()) {
                    stream.connection().fail(Http3Error.FRAME_ERROR);
                } else if (expected >= 0 && received != expected) {
                    stream.onMalformed(Malformed.BODY_LENGTH_MISMATCH);
                } else {
                    stream.onEnd();
                }
            }
            case TUNNEL -> {
                if (held != null || !frames.isBetweenFrames()) {
                    stream.connection().fail(Http3Error.FRAME_ERROR);
                } else {
                    stream.onEnd();
                }
            }
            case DISCARD, CLOSED -> {}
        }
    }

    /** Whether what is held waits for a demand, and not for its rest. */
    private boolean isWaiting() {
        return stage == Stage.BODY && !isDemanded && frames.type() == FrameReader.DATA;
    }

    /** What follows the head is its body, if {@code has} says that there is one. */
    void expectBody(RequestHead head, boolean has) {
        stage = has ? Stage.BODY : Stage.DISCARD;
        expected = has ? head.contentLength() : -1;
        owesContinue = has && head.expectsContinue();
    }

    /** Grants or withdraws permission to read the body. */
    void demand(boolean wanted) {
        isDemanded = wanted;
        if (!wanted || isConsuming) {
            return;
        }
        ByteBuf waiting = held;
        if (waiting != null) {
            held = null;
            consume(waiting);
        }
        stream.readCompleted();
        readOn();
    }

    /** Asks the channel for more, where more is wanted. */
    void readOn() {
        boolean wants =
                switch (stage) {
                    case HEAD, TRAILED, DISCARD -> true;
                    case BODY -> isDemanded;
                    case TUNNEL, CLOSED -> false;
                };
        if (wants && !isEndRead) {
            channel.read();
        }
    }

    /** Whether the client waits to be told to go on with its body; asked once. */
    boolean takeContinue() {
        boolean isOwed = owesContinue && stage == Stage.BODY && received == 0;
        owesContinue = false;
        return isOwed;
    }

    /** What waits and what comes belongs to a tunnel. */
    void tunnel() {
        stage = Stage.TUNNEL;
        isDemanded = true;
        ByteBuf waiting = held;
        if (waiting != null && !isConsuming) {
            held = null;
            consume(waiting);
        }
    }

    /** Throws away what waits and what comes. */
    void discard() {
        stage = Stage.DISCARD;
        releaseHeld();
    }

    void close() {
        stage = Stage.CLOSED;
        releaseHeld();
    }

    private void releaseHeld() {
        ByteBuf unread = held;
        if (unread != null) {
            held = null;
            unread.release();
        }
        ByteBuf all = pieces;
        if (all != null) {
            pieces = null;
            all.release();
        }
    }

    boolean isAwaitingHead() {
        return stage == Stage.HEAD;
    }

    /** Whether all of the request was given to the exchange. */
    boolean isComplete() {
        return isEndTold;
    }

    /** Whether the client has closed its side. */
    boolean isEndRead() {
        return isEndRead;
    }

    /**
     * Whether a body was demanded and nothing of it has come since the last time this was asked.
     */
    boolean isStarved() {
        boolean isStarved = stage == Stage.BODY && isDemanded && !isEndRead && !hasRead;
        hasRead = false;
        return isStarved;
    }
}
