package dev.sallyport.core.tunnel;

import dev.sallyport.core.loop.Deadline;
import dev.sallyport.core.loop.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bytes both ways between two channels of one loop, for WebSocket and TCP routes. The writability
 * of one side is the read permission of the other. What a side can say, and what follows:
 *
 * <ul>
 *   <li>end of input (FIN): what was read is delivered, then the other side's output ends (FIN, or
 *       close_notify over TLS); the other direction goes on, with at most {@value
 *       #HALF_CLOSED_SECONDS} s of silence
 *   <li>end of TLS (close_notify, or FIN without it): the end of both directions, as RFC 5246 7.2.1
 *       has it and as TLS engines do for TLS 1.3 too. What was read is delivered, then both close.
 *       A cut is not told apart: protocols that care mark their own end, as WebSocket does
 *   <li>reset or failed write: what was read is delivered, then both close. A reset after the end
 *       of input shows with the next byte written there, or by silence: no transport tells it
 * </ul>
 *
 * <p>Touched by its loop alone.
 */
public final class Tunnel {
    static final int HALF_CLOSED_SECONDS = 60;

    private final TunnelSide downstream;
    private final TunnelSide upstream;
    private final TunnelEnd end;
    private final Deadline idle;
    private long idleNanos;
    private long stuckBytes;
    private Ending ending = Ending.FINISHED;
    private boolean ended;

    private Tunnel(Loop loop, Channel downstream, Channel upstream, long idleNanos, TunnelEnd end) {
        this.downstream = new TunnelSide(this, downstream);
        this.upstream = new TunnelSide(this, upstream);
        this.end = end;
        this.idleNanos = idleNanos;
        this.idle = loop.deadline(this::expired);
    }

    /**
     * Joins two connections; what each had read is released here, whatever happens. Runs on the
     * loop of both. {@code end} may be told before this returns.
     */
    public static Tunnel open(
            Loop loop, Mouth downstream, Mouth upstream, long idleNanos, TunnelEnd end) {
        Tunnel tunnel = new Tunnel(loop, downstream.channel(), upstream.channel(), idleNanos, end);
        tunnel.start(downstream.first(), upstream.first());
        return tunnel;
    }

    private void start(@Nullable ByteBuf downstreamBytes, @Nullable ByteBuf upstreamBytes) {
        idle.set(idleNanos);
        downstream.join(upstream);
        upstream.join(downstream);
        downstream.deliver(downstreamBytes);
        upstream.deliver(upstreamBytes);
        downstream.begin();
        upstream.begin();
    }

    /** Bytes from downstream to upstream so far. */
    public long up() {
        return downstream.bytesRead();
    }

    /** Bytes from upstream to downstream so far. */
    public long down() {
        return upstream.bytesRead();
    }

    /** Ends the tunnel at once, as the end of a drain does. */
    public void close() {
        finish(Ending.CLOSED);
    }

    /** Bytes were read. */
    void progressed() {
        if (!ended) {
            idle.set(idleNanos);
        }
    }

    /** A direction has ended; what is left gets less patience. */
    void directionEnded() {
        idleNanos = Math.min(idleNanos, TimeUnit.SECONDS.toNanos(HALF_CLOSED_SECONDS));
        progressed();
    }

    void broke() {
        ending = Ending.RESET;
    }

    /** The output of a side has ended: when both have, nothing is left to do. */
    void outputEnded() {
        if (downstream.isOutputEnded() && upstream.isOutputEnded()) {
            finish(ending);
        }
    }

    private void finish(Ending how) {
        if (ended) {
            return;
        }
        ended = true;
        idle.release();
        downstream.close();
        upstream.close();
        end.ended(up(), down(), how);
    }

    private void expired() {
        // A slow reader makes progress that no read shows: bytes leave our buffers for its socket.
        long pending = pendingBytes();
        if (pending != 0 && pending != stuckBytes) {
            stuckBytes = pending;
            progressed();
            return;
        }
        finish(Ending.IDLE);
    }

    /** Bytes read and not yet taken by a socket, both ways together. */
    long pendingBytes() {
        return downstream.pendingBytes() + upstream.pendingBytes();
    }
}
