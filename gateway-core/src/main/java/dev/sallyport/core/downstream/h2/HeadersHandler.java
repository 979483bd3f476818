package dev.sallyport.core.downstream.h2;

import dev.sallyport.core.exchange.Rules;
import dev.sallyport.core.http.FieldSection;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.observe.reason.ConnectionEnd;
import dev.sallyport.core.wire.h2.ErrorCode;
import dev.sallyport.core.wire.h2.Frame;
import dev.sallyport.core.wire.hpack.HpackDecoder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Header blocks of one connection, and the requests they begin (RFC 9113 5.1, 6.2, 6.10). Whatever
 * becomes of a block, it is decoded, since the table is the connection's.
 */
final class HeadersHandler {
    private static final byte[] NONE = new byte[0];

    private final Http2Connection connection;
    private final HpackDecoder decoder = new HpackDecoder();

    // The block that goes on in CONTINUATION.
    private byte[] block = NONE;
    private int length;
    private int stream;
    private int continuations;
    private boolean isOpen;
    private boolean isLast;
    private boolean isSelfDependent;

    HeadersHandler(Http2Connection connection) {
        this.connection = connection;
    }

    /** Whether a block has begun and is not complete. */
    boolean isOpen() {
        return isOpen;
    }

    /** The stream of the open block. */
    int stream() {
        return stream;
    }

    void headers(int flags, int id, byte[] payload, int payloadLength) {
        int from = 0;
        int to = payloadLength;
        boolean isPadded = (flags & Frame.PADDED) != 0;
        boolean hasPriority = (flags & Frame.HAS_PRIORITY) != 0;
        if (payloadLength < (isPadded ? 1 : 0) + (hasPriority ? 5 : 0)) {
            connection.fail(ErrorCode.FRAME_SIZE_ERROR, ConnectionEnd.FRAME_SIZE);
            return;
        }
        if (isPadded) {
            to -= payload[0] & 0xff;
            from = 1;
        }
        isSelfDependent = false;
        if (hasPriority) {
            isSelfDependent = Frame.int31(payload, from) == id;
            from += 5;
        }
        if (to < from || (id & 1) == 0) {
            connection.fail(ErrorCode.PROTOCOL_ERROR, ConnectionEnd.PROTOCOL_ERROR);
            return;
        }
        stream = id;
        isLast = (flags & Frame.END_STREAM) != 0;
        if ((flags & Frame.END_HEADERS) != 0) {
            complete(payload, from, to);
            return;
        }
        isOpen = true;
        continuations = 0;
        length = 0;
        append(payload, from, to);
    }

    void continuation(int flags, byte[] payload, int payloadLength) {
        // CVE-2024-27316 and its fellows: a block that never ends.
        if (++continuations > connection.rules().streams().continuations()) {
            connection.fail(ErrorCode.ENHANCE_YOUR_CALM, ConnectionEnd.HEADER_BLOCK);
            return;
        }
        append(payload, 0, payloadLength);
        if (isOpen && (flags & Frame.END_HEADERS) != 0) {
            byte[] whole = block;
            isOpen = false;
            block = NONE;
            complete(whole, 0, length);
        }
    }

    private void append(byte[] payload, int from, int to) {
        int more = to - from;
        if (length + more > connection.rules().requestLimits().bytes()) {
            isOpen = false;
            connection.fail(ErrorCode.ENHANCE_YOUR_CALM, ConnectionEnd.HEADER_BLOCK);
            return;
        }
        if (length + more > block.length) {
            block = Arrays.copyOf(block, Math.max(2 * block.length, length + more));
        }
        System.arraycopy(payload, from, block, length, more);
        length += more;
    }

    void priority(int id, byte[] payload, int payloadLength) {
        if (payloadLength != 5) {
            connection.requests().streamError(id, ErrorCode.FRAME_SIZE_ERROR);
        } else if (Frame.int31(payload, 0) == id) {
            connection.requests().streamError(id, ErrorCode.PROTOCOL_ERROR);
        }
        // RFC 9113 5.3.2: otherwise it means nothing any more.
    }

    private void complete(byte[] bytes, int from, int to) {
        Http2Stream open = connection.streams().find(stream);
        if (open != null) {
            trailers(open, bytes, from, to);
        } else if (stream <= connection.streams().last()) {
            late(bytes, from, to);
        } else {
            first(bytes, from, to);
        }
    }

    /** A second block on an open stream. */
    private void trailers(Http2Stream open, byte[] bytes, int from, int to) {
        if (open.body().isEnded() || !isLast || isSelfDependent) {
            boolean isEnded = open.body().isEnded();
            if (decode(bytes, from, to, null)) {
                connection
                        .requests()
                        .streamError(
                                stream,
                                isEnded ? ErrorCode.STREAM_CLOSED : ErrorCode.PROTOCOL_ERROR);
            }
            return;
        }
        var table = new FieldTable();
        FieldSection section = FieldSection.trailers(table);
        if (decode(bytes, from, to, section)) {
            open.receiveTrailers(table, section.malformed());
        }
    }

    /** A block for a stream that is over. */
    private void late(byte[] bytes, int from, int to) {
        if (connection.streams().past(stream) == StreamTable.Past.RESET_HERE) {
            decode(bytes, from, to, null);
        } else if (connection.streams().hasEnded(stream)) {
            connection.fail(ErrorCode.STREAM_CLOSED, ConnectionEnd.STREAM_CLOSED);
        } else {
            // RFC 9113 5.1.1: numbers only grow.
            connection.fail(ErrorCode.PROTOCOL_ERROR, ConnectionEnd.PROTOCOL_ERROR);
        }
    }

    private void first(byte[] bytes, int from, int to) {
        StreamTable streams = connection.streams();
        Rules rules = connection.requests().freshRules();
        streams.begun(stream);
        connection.guard().requestCame();
        boolean isRefused = streams.size() >= rules.streams().most();
        if (isRefused || isSelfDependent || !connection.farewell().takesRequests()) {
            if (decode(bytes, from, to, null)) {
                connection
                        .requests()
                        .streamError(
                                stream,
                                isSelfDependent
                                        ? ErrorCode.PROTOCOL_ERROR
                                        : ErrorCode.REFUSED_STREAM);
            }
            return;
        }
        RequestHead head = connection.requests().takeHead();
        if (decode(bytes, from, to, head.begin(RequestHead.HTTP_2))) {
            head.end(isLast);
            connection.requests().begin(stream, head, isLast, connection.turnNanos());
        } else {
            connection.requests().returnHead(head);
        }
    }

    /** Decodes the block; false when the connection is over for it. */
    private boolean decode(byte[] bytes, int from, int to, @Nullable FieldSection into) {
        HeadLimits limits = connection.rules().requestLimits();
        return switch (decoder.decode(bytes, from, to, into, limits)) {
            case OK -> true;
            case BROKEN -> {
                connection.fail(ErrorCode.COMPRESSION_ERROR, ConnectionEnd.COMPRESSION);
                yield false;
            }
            case TOO_LARGE -> {
                connection.fail(ErrorCode.ENHANCE_YOUR_CALM, ConnectionEnd.HEADER_BLOCK);
                yield false;
            }
        };
    }
}
