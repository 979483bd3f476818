package dev.sallyport.core.downstream.h2;

import dev.sallyport.core.loop.Deadline;
import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.observe.reason.ConnectionEnd;
import dev.sallyport.core.wire.Outflow;
import org.jspecify.annotations.Nullable;

/**
 * How long a client may take on one connection: for a frame or a header block that it began,
 * between requests, and for anything to move on a stream or on the connection while something
 * should.
 */
final class Patience {
    /**
     * The progress timeout is looked at in so many parts, so that it is late by one part at most.
     */
    private static final int PARTS = 4;

    private final Http2Connection connection;
    private final FrameReader reader;
    private final HeadersHandler headers;
    private final Deadline deadline;
    private final Loop loop;
    private final Outflow outflow = new Outflow();

    /** Made when a frame first comes in pieces. */
    private @Nullable Deadline frameDeadline;

    private boolean isBusy;
    private int lastIdleStream;
    private long begunFrame = -1;
    private int stuckLooks;

    Patience(Http2Connection connection, Loop loop, FrameReader reader, HeadersHandler headers) {
        this.connection = connection;
        this.loop = loop;
        this.reader = reader;
        this.headers = headers;
        this.deadline = loop.deadline(this::expired);
        deadline.set(connection.rules().keepAliveNanos());
    }

    /** A turn of the loop ended: what is waited for may be another. */
    void look() {
        lookAtFrame();
        boolean isBusyNow = !connection.streams().isEmpty();
        int last = connection.streams().last();
        if (isBusyNow && !isBusy) {
            isBusy = true;
            stuckLooks = 0;
            outflow.reset();
            deadline.set(connection.rules().progressNanos() / PARTS);
        } else if (!isBusyNow && (isBusy || last != lastIdleStream)) {
            isBusy = false;
            lastIdleStream = last;
            deadline.set(connection.rules().keepAliveNanos());
        }
    }

    private void lookAtFrame() {
        Deadline by = frameDeadline;
        if (!reader.isInFrame() && !headers.isOpen()) {
            if (by != null) {
                by.clear();
            }
            begunFrame = -1;
            return;
        }
        // All frames of one header block count as one.
        long begun = reader.unit();
        if (begun == begunFrame) {
            return;
        }
        begunFrame = begun;
        if (by == null) {
            by = loop.deadline(this::frameExpired);
            frameDeadline = by;
        }
        by.set(connection.rules().headNanos());
    }

    private void frameExpired() {
        connection.timedOut(ConnectionEnd.HEAD_TIMEOUT);
    }

    private void expired() {
        if (!isBusy) {
            connection.timedOut(ConnectionEnd.IDLE);
            return;
        }
        Outflow.Flow flow = outflow.look(connection.channel(), connection.writer().written());
        stuckLooks = flow == Outflow.Flow.STUCK ? stuckLooks + 1 : 0;
        if (stuckLooks >= PARTS) {
            connection.timedOut(ConnectionEnd.STALLED);
            return;
        }
        deadline.set(connection.rules().progressNanos() / PARTS);
        for (Http2Stream stream : connection.streams().all()) {
            if (!connection.isOver() && stream.isStalled(PARTS)) {
                stream.stalled();
            }
        }
    }

    /** Nothing is waited for any more. */
    void release() {
        deadline.release();
        Deadline by = frameDeadline;
        if (by != null) {
            by.release();
        }
    }
}
