package dev.sallyport.core.downstream.h2;

import dev.sallyport.core.observe.reason.ConnectionEnd;
import dev.sallyport.core.wire.h2.ErrorCode;
import dev.sallyport.core.wire.h2.Frame;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What each frame of a client means to its connection (RFC 9113 6). */
final class FrameHandler {
    private static final int LARGEST_WINDOW = Integer.MAX_VALUE;

    private final Http2Connection connection;
    private final HeadersHandler headers;

    /** The stream of the frame of data that is being read; null when they are thrown away. */
    private @Nullable Http2Stream receiver;

    FrameHandler(Http2Connection connection, HeadersHandler headers) {
        this.connection = connection;
        this.headers = headers;
    }

    void fail(ErrorCode code, ConnectionEnd end) {
        connection.fail(code, end);
    }

    /** Whether a header block goes on with the next frame. */
    boolean isInBlock() {
        return headers.isOpen();
    }

    /** A frame's header is complete; false when the connection is over because of it. */
    boolean frameBegins(int type, int stream) {
        boolean isContinuation = type == Frame.CONTINUATION;
        // RFC 9113 6.10: nothing comes between the frames of a block.
        if (headers.isOpen() != isContinuation || (isContinuation && headers.stream() != stream)) {
            fail(ErrorCode.PROTOCOL_ERROR, ConnectionEnd.PROTOCOL_ERROR);
            return false;
        }
        return true;
    }

    // DATA, RFC 9113 6.1.

    /** A frame of data begins; false when the connection is over because of it. */
    boolean dataBegins(int id, int length) {
        receiver = null;
        StreamTable.Past past = StreamTable.Past.ENDED;
        Http2Stream stream = connection.streams().find(id);
        if (stream == null) {
            past = connection.streams().past(id);
        }
        if (id == 0 || past == StreamTable.Past.IDLE) {
            fail(ErrorCode.PROTOCOL_ERROR, ConnectionEnd.PROTOCOL_ERROR);
            return false;
        }
        if (!connection.window().take(length)) {
            fail(ErrorCode.FLOW_CONTROL_ERROR, ConnectionEnd.FLOW_CONTROL);
            return false;
        }
        if (stream == null && past == StreamTable.Past.ENDED) {
            fail(ErrorCode.STREAM_CLOSED, ConnectionEnd.STREAM_CLOSED);
            return false;
        }
        if (stream == null) {
            return true;
        }
        if (stream.body().isEnded()) {
            connection.requests().streamError(id, ErrorCode.STREAM_CLOSED);
        } else if (!stream.body().window().take(length)) {
            connection.requests().streamError(id, ErrorCode.FLOW_CONTROL_ERROR);
        } else {
            receiver = stream;
        }
        return !connection.isOver();
    }

    /** {@code count} bytes of the frame are padding. */
    void dataPadding(int id, int count) {
        Http2Stream to = receiver;
        if (to == null || to.isClosed()) {
            connection.consumed(count);
        } else {
            to.body().discarded(count);
        }
    }

    /** {@code count} bytes of the frame, at the front of {@code in}. */
    void data(int id, ByteBuf in, int count, boolean isLast) {
        Http2Stream to = receiver;
        if (count == 0
                && !isLast
                && connection.guard().isControlTooMany(connection.rules().streams())) {
            // CVE-2019-9518: frames without anything in them.
            fail(ErrorCode.ENHANCE_YOUR_CALM, ConnectionEnd.CONTROL_FRAMES);
        } else if (to == null || to.isClosed()) {
            in.skipBytes(count);
            connection.consumed(count);
        } else {
            to.receive(in, count, isLast);
        }
    }

    // All others.

    /** A frame other than DATA is complete. */
    void frame(int type, int flags, int id, byte[] payload, int length) {
        if (isConnectionWide(type) != (id == 0)
                && type <= Frame.CONTINUATION
                && type != Frame.WINDOW_UPDATE) {
            fail(ErrorCode.PROTOCOL_ERROR, ConnectionEnd.PROTOCOL_ERROR);
            return;
        }
        switch (type) {
            case Frame.HEADERS -> headers.headers(flags, id, payload, length);
            case Frame.CONTINUATION -> headers.continuation(flags, payload, length);
            case Frame.PRIORITY -> {
                if (isAffordable()) {
                    headers.priority(id, payload, length);
                }
            }
            case Frame.RST_STREAM -> reset(id, length);
            case Frame.SETTINGS -> settings(flags, payload, length);
            case Frame.PUSH_PROMISE -> fail(ErrorCode.PROTOCOL_ERROR, ConnectionEnd.PROTOCOL_ERROR);
            case Frame.PING -> ping(flags, payload, length);
            case Frame.GOAWAY -> goAway(length);
            case Frame.WINDOW_UPDATE -> windowUpdate(id, payload, length);
            default -> isAffordable(); // RFC 9113 4.1: unknown ones mean nothing
        }
    }

    private static boolean isConnectionWide(int type) {
        return type == Frame.SETTINGS || type == Frame.PING || type == Frame.GOAWAY;
    }

    /** Whether the client may send one more frame that moves nothing. */
    private boolean isAffordable() {
        if (connection.guard().isControlTooMany(connection.rules().streams())) {
            fail(ErrorCode.ENHANCE_YOUR_CALM, ConnectionEnd.CONTROL_FRAMES);
            return false;
        }
        return true;
    }

    private void reset(int id, int length) {
        if (length != 4) {
            fail(ErrorCode.FRAME_SIZE_ERROR, ConnectionEnd.FRAME_SIZE);
            return;
        }
        Http2Stream stream = connection.streams().find(id);
        if (stream == null) {
            if (connection.streams().past(id) == StreamTable.Past.IDLE) {
                fail(ErrorCode.PROTOCOL_ERROR, ConnectionEnd.PROTOCOL_ERROR);
            } else {
                isAffordable();
            }
            return;
        }
        connection.requests().cancelled(stream);
    }

    private void settings(int flags, byte[] payload, int length) {
        boolean isAck = (flags & Frame.ACK) != 0;
        if (length % 6 != 0 || (isAck && length > 0)) {
            fail(ErrorCode.FRAME_SIZE_ERROR, ConnectionEnd.FRAME_SIZE);
            return;
        }
        if (isAck || !isAffordable()) {
            return;
        }
        for (int i = 0; i < length; i += 6) {
            int name = (payload[i] & 0xff) << 8 | (payload[i + 1] & 0xff);
            if (!setting(name, Frame.int32(payload, i + 2) & 0xffff_ffffL)) {
                return;
            }
        }
        connection.writer().settingsAck();
        connection.flush();
    }

    /** One setting; false when the connection is over because of it (RFC 9113 6.5.2). */
    private boolean setting(int name, long value) {
        boolean isBad =
                switch (name) {
                    case Frame.ENABLE_PUSH, Frame.ENABLE_CONNECT_PROTOCOL -> value > 1;
                    case Frame.MAX_FRAME_SIZE -> value < Frame.LARGEST || value >= 1 << 24;
                    default -> false;
                };
        if (isBad) {
            fail(ErrorCode.PROTOCOL_ERROR, ConnectionEnd.PROTOCOL_ERROR);
            return false;
        }
        if (name == Frame.HEADER_TABLE_SIZE) {
            connection.encoder().tableSize(value);
        } else if (name == Frame.INITIAL_WINDOW_SIZE) {
            return initialWindow(value);
        }
        return true;
    }

    /** RFC 9113 6.9.2: changes the window of every stream, which may fall below nothing. */
    private boolean initialWindow(long value) {
        if (value > LARGEST_WINDOW) {
            fail(ErrorCode.FLOW_CONTROL_ERROR, ConnectionEnd.FLOW_CONTROL);
            return false;
        }
        int change = (int) value - connection.flow().initial();
        connection.flow().initial((int) value);
        for (Http2Stream stream : connection.streams().all()) {
            if (!stream.response().grant(change)) {
                fail(ErrorCode.FLOW_CONTROL_ERROR, ConnectionEnd.FLOW_CONTROL);
                return false;
            }
        }
        if (change > 0) {
            connection.flow().resume();
        }
        return true;
    }

    private void ping(int flags, byte[] payload, int length) {
        if (length != 8) {
            fail(ErrorCode.FRAME_SIZE_ERROR, ConnectionEnd.FRAME_SIZE);
            return;
        }
        if ((flags & Frame.ACK) != 0) {
            connection.farewell().pinged();
        } else if (isAffordable()) {
            long opaque =
                    ((long) Frame.int32(payload, 0) << 32)
                            | (Frame.int32(payload, 4) & 0xffff_ffffL);
            connection.writer().ping(true, opaque);
            connection.flush();
        }
    }

    private void goAway(int length) {
        if (length < 8) {
            fail(ErrorCode.FRAME_SIZE_ERROR, ConnectionEnd.FRAME_SIZE);
        } else if (isAffordable()) {
            connection.farewell().clientLeaves();
        }
    }

    private void windowUpdate(int id, byte[] payload, int length) {
        if (length != 4) {
            fail(ErrorCode.FRAME_SIZE_ERROR, ConnectionEnd.FRAME_SIZE);
            return;
        }
        int increment = Frame.int31(payload, 0);
        Http2Stream stream = id == 0 ? null : connection.streams().find(id);
        boolean isIdle =
                id != 0 && stream == null && connection.streams().past(id) == StreamTable.Past.IDLE;
        if (isIdle || (id == 0 && increment == 0)) {
            fail(ErrorCode.PROTOCOL_ERROR, ConnectionEnd.PROTOCOL_ERROR);
        } else if (increment == 0 && stream != null) {
            connection.requests().streamError(id, ErrorCode.PROTOCOL_ERROR);
        } else if (isAffordable()) {
            grant(id, stream, increment);
        }
    }

    private void grant(int id, @Nullable Http2Stream stream, int increment) {
        if (id == 0) {
            if (!connection.flow().grant(increment)) {
                fail(ErrorCode.FLOW_CONTROL_ERROR, ConnectionEnd.FLOW_CONTROL);
                return;
            }
        } else if (stream == null) {
            return; // it was sent before the client knew of the end
        } else if (!stream.response().grant(increment)) {
            connection.requests().streamError(id, ErrorCode.FLOW_CONTROL_ERROR);
            return;
        }
        connection.flow().resume();
        connection.flush();
    }
}
