package dev.sallyport.core.upstream.h2;

import dev.sallyport.core.loop.Deadline;
import dev.sallyport.core.loop.Loop;
import java.util.concurrent.TimeUnit;

/**
 * Whether the endpoint of a connection is still there: long silence with exchanges under way makes
 * it ask, and no answer ends the connection; so does idling.
 */
final class Pulse {
    /** Silence, with exchanges under way, after which the endpoint is asked whether it is there. */
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** gRPC servers end connections that ask more often than this. */
    private static final long PING_NANOS = TimeUnit.SECONDS.toNanos(310);

    private static final long PONG_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final Http2Link link;
    private final Loop loop;
    private final Deadline deadline;
    private boolean isPinging;
    private long pingedAt;

    Pulse(Http2Link link, Loop loop) {
        this.link = link;
        this.loop = loop;
        this.deadline = loop.deadline(this::expired);
        this.pingedAt = loop.nanoTime() - PING_NANOS;
    }

    /** Nothing is under way: the connection ends after {@code nanos} of it. */
    void idle(long nanos) {
        isPinging = false;
        deadline.set(nanos);
    }

    /** Exchanges are under way: any byte shows that somebody is there. */
    void listen() {
        isPinging = false;
        long untilPing = pingedAt + PING_NANOS - loop.nanoTime();
        deadline.set(Math.max(SILENCE_NANOS, untilPing));
    }

    void release() {
        deadline.release();
    }

    private void expired() {
        if (link.isIdle()) {
            link.close();
        } else if (isPinging) {
            link.silent();
        } else {
            isPinging = true;
            pingedAt = loop.nanoTime();
            link.ping(pingedAt);
            deadline.set(PONG_NANOS);
        }
    }
}
