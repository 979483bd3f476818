package dev.sallyport.core.loop;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A loop without a thread whose time moves by hand. */
final class HandClock implements LongSupplier {
    final EmbeddedChannel channel = new EmbeddedChannel();
    final Loop loop;
    private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(90);

    HandClock() {
        channel.freezeTime();
        loop = Loop.over(0, channel.eventLoop(), this, Clock.systemUTC());
    }

    @Override
    public long getAsLong() {
        return now;
    }

    void advance(long nanos) {
        now += nanos;
        channel.advanceTimeBy(nanos, TimeUnit.NANOSECONDS);
        channel.runPendingTasks();
    }

    /** Time passes and the loop runs nothing. */
    void pass(long nanos) {
        now += nanos;
    }

    /** Moves as a loop would live it, at most {@code step} at a time. */
    void live(long nanos, long step) {
        for (long left = nanos; left > 0; left -= step) {
            advance(Math.min(left, step));
        }
    }
}
