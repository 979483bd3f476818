package dev.sallyport.core.downstream.http3;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.handler.codec.quic.QuicException;
import io.netty.handler.codec.quic.QuicStreamChannel;
import org.jspecify.annotations.Nullable;

/**
 * A stream that only the client writes to (RFC 9114 6.2): what its first integer says it is decides
 * what it may carry. Nothing of it is kept.
 */
final class PeerStream extends ChannelInboundHandlerAdapter {
    private enum Kind {
        UNTOLD,
        CONTROL,
        ENCODER,
        DECODER,
        UNKNOWN
    }

    private static final int CONTROL = 0x00;
    private static final int PUSH = 0x01;
    private static final int ENCODER = 0x02;
    private static final int DECODER = 0x03;

    private static final int MOST_SETTINGS_BYTES = 1024;
    private static final int MOST_SETTINGS = 64;
    private static final int MOST_ID_BYTES = 8;

    private final Http3Connection connection;
    private final QuicStreamChannel channel;
    private final Varint type = new Varint();
    private final FrameReader frames = new FrameReader();
    private Kind kind = Kind.UNTOLD;
    private boolean hasSettings;
    private long lastPushId = -1;
    private boolean isInInstruction;
    private @Nullable ByteBuf held;

    PeerStream(Http3Connection connection, QuicStreamChannel channel) {
        this.connection = connection;
        this.channel = channel;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        ByteBuf before = held;
        if (before != null) {
            held = null;
            before.writeBytes(in);
            in.release();
            in = before;
        }
        boolean goesOn = true;
        while (goesOn && in.isReadable()) {
            goesOn = step(in);
        }
        if (in.isReadable() && channel.isActive() && kind == Kind.CONTROL) {
            held = in;
        } else {
            in.release();
        }
    }

    /** Uses some of {@code in}; false when the rest has to wait or is of no interest. */
    private boolean step(ByteBuf in) {
        return switch (kind) {
            case UNTOLD -> tell(in);
            case CONTROL -> control(in);
            case ENCODER -> encoder(in);
            case DECODER -> decoder(in);
            case UNKNOWN -> false;
        };
    }

    private boolean tell(ByteBuf in) {
        long told = type.read(in);
        if (told == Varint.MORE) {
            return false;
        }
        boolean isFirst = true;
        if (told == CONTROL) {
            kind = Kind.CONTROL;
            isFirst = connection.peerStreams().openControl();
        } else if (told == ENCODER) {
            kind = Kind.ENCODER;
            isFirst = connection.peerStreams().openEncoder();
        } else if (told == DECODER) {
            kind = Kind.DECODER;
            isFirst = connection.peerStreams().openDecoder();
        } else {
            kind = Kind.UNKNOWN;
            // RFC 9114 6.2.2: clients push nothing.
            isFirst = told != PUSH;
        }
        if (!isFirst) {
            return fail(Http3Error.STREAM_CREATION_ERROR);
        }
        return kind != Kind.UNKNOWN || connection.spendControlFrame();
    }

    private boolean control(ByteBuf in) {
        if (!frames.read(in)) {
            return false;
        }
        long frame = frames.type();
        if (!hasSettings) {
            return frame == FrameReader.SETTINGS ? settings(in) : fail(Http3Error.MISSING_SETTINGS);
        }
        if (frame == FrameReader.SETTINGS
                || frame == FrameReader.DATA
                || frame == FrameReader.HEADERS
                || frame == FrameReader.PUSH_PROMISE
                || frames.isOfHttp2()) {
            return fail(Http3Error.FRAME_UNEXPECTED);
        }
        if (frame == FrameReader.GOAWAY
                || frame == FrameReader.MAX_PUSH_ID
                || frame == FrameReader.CANCEL_PUSH) {
            return id(in, frame);
        }
        return frames.skip(in) && connection.spendControlFrame();
    }

    /** Frames that hold one id and nothing else. */
    private boolean id(ByteBuf in, long frame) {
        long left = frames.left();
        if (left == 0 || left > MOST_ID_BYTES) {
            return fail(Http3Error.FRAME_ERROR);
        }
        if (in.readableBytes() < left) {
            return false;
        }
        int end = in.readerIndex() + (int) left;
        long id = new Varint().read(in);
        if (in.readerIndex() != end || id == Varint.MORE) {
            return fail(Http3Error.FRAME_ERROR);
        }
        frames.used(left);
        frames.endIfThrough();
        // RFC 9114 7.2.3 and 7.2.7: nothing was pushed, and the most is never less.
        if (frame == FrameReader.CANCEL_PUSH
                || (frame == FrameReader.MAX_PUSH_ID && id < lastPushId)) {
            return fail(Http3Error.ID_ERROR);
        }
        lastPushId = frame == FrameReader.MAX_PUSH_ID ? id : lastPushId;
        return connection.spendControlFrame();
    }

    private boolean settings(ByteBuf in) {
        long left = frames.left();
        if (left > MOST_SETTINGS_BYTES) {
            return fail(Http3Error.EXCESSIVE_LOAD);
        }
        if (in.readableBytes() < left) {
            return false;
        }
        ByteBuf payload = in.readSlice((int) left);
        frames.used(left);
        frames.endIfThrough();
        hasSettings = true;
        long[] seen = new long[MOST_SETTINGS];
        Varint varint = new Varint();
        for (int count = 0; payload.isReadable(); count++) {
            long id = varint.read(payload);
            long value = id == Varint.MORE ? Varint.MORE : varint.read(payload);
            if (value == Varint.MORE) {
                return fail(Http3Error.FRAME_ERROR);
            }
            if (count == MOST_SETTINGS) {
                return fail(Http3Error.EXCESSIVE_LOAD);
            }
            if (id >= 0x2 && id <= 0x5) {
                return fail(Http3Error.SETTINGS_ERROR); // RFC 9114 7.2.4.1: those of HTTP/2
            }
            for (int i = 0; i < count; i++) {
                if (seen[i] == id) {
                    return fail(Http3Error.SETTINGS_ERROR);
                }
            }
            seen[count] = id;
        }
        // What clients ask for by settings binds who pushes or keeps a dynamic table.
        return true;
    }

    /** RFC 9204 4.3: without a table there is one thing to say, that there is none. */
    private boolean encoder(ByteBuf in) {
        return in.readByte() == 0x20
                ? connection.spendControlFrame()
                : fail(Http3Error.QPACK_ENCODER_STREAM_ERROR);
    }

    /** RFC 9204 4.4: nothing here refers to a table, so only a stream can be given up. */
    private boolean decoder(ByteBuf in) {
        int next = in.readUnsignedByte();
        if (isInInstruction) {
            isInInstruction = (next & 0x80) != 0;
            return true;
        }
        if ((next & 0xc0) != 0x40) {
            return fail(Http3Error.QPACK_DECODER_STREAM_ERROR);
        }
        isInInstruction = (next & 0x3f) == 0x3f;
        return connection.spendControlFrame();
    }

    private boolean fail(Http3Error why) {
        connection.fail(why);
        return false;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownReadComplete) {
            ended();
            ctx.close();
        }
        ctx.fireUserEventTriggered(event);
    }

    /** RFC 9114 6.2.1: these streams last as long as the connection. */
    private void ended() {
        if (kind == Kind.CONTROL || kind == Kind.ENCODER || kind == Kind.DECODER) {
            connection.fail(Http3Error.CLOSED_CRITICAL_STREAM);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof QuicException) {
            ended();
        } else {
            connection.connections().bug(cause);
            connection.fail(Http3Error.INTERNAL_ERROR);
        }
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ByteBuf unread = held;
        if (unread != null) {
            held = null;
            unread.release();
        }
    }

    /**
     * Which of the streams that a client may open once it has opened (RFC 9114 6.2.1, RFC 9204
     * 4.2).
     */
    static final class Opened {
        private boolean hasControl;
        private boolean hasEncoder;
        private boolean hasDecoder;

        /** False when there is one already. */
        boolean openControl() {
            boolean isFirst = !hasControl;
            hasControl = true;
            return isFirst;
        }

        /** False when there is one already. */
        boolean openEncoder() {
            boolean isFirst = !hasEncoder;
            hasEncoder = true;
            return isFirst;
        }

        /** False when there is one already. */
        boolean openDecoder() {
            boolean isFirst = !hasDecoder;
            hasDecoder = true;
            return isFirst;
        }
    }
}
