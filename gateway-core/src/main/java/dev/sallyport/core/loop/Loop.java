package dev.sallyport.core.loop;

import io.netty.channel.EventLoop;
import java.time.Clock;
import java.util.function.LongSupplier;

/** What one event loop owns. Touched by the thread of that loop alone. */
public final class Loop {
    private final int index;
    private final EventLoop eventLoop;
    private final LongSupplier nanoClock;
    private final TimerWheel wheel;
    private final HttpDate date;

    private Loop(int index, EventLoop eventLoop, LongSupplier nanoClock, Clock clock) {
        this.index = index;
        this.eventLoop = eventLoop;
        this.nanoClock = nanoClock;
        this.wheel = new TimerWheel(eventLoop, nanoClock);
        this.date = new HttpDate(clock);
    }

    /** A loop around an event loop somebody else runs; tests pass clocks they move by hand. */
    public static Loop over(int index, EventLoop eventLoop, LongSupplier nanoClock, Clock clock) {
        return new Loop(index, eventLoop, nanoClock, clock);
    }

    /** The place of this loop among all, from 0. */
    public int index() {
        return index;
    }

    public EventLoop eventLoop() {
        return eventLoop;
    }

    public TimerWheel wheel() {
        return wheel;
    }

    /** A deadline of this loop; {@code expired} runs on the loop. */
    public Deadline deadline(Runnable expired) {
        return new Deadline(wheel, expired);
    }

    /** The time deadlines are counted in; only differences mean anything. */
    public long nanoTime() {
        return nanoClock.getAsLong();
    }

    /**
     * The value of a Date field, 29 bytes; the array is the loop's own and valid until the next
     * call.
     */
    public byte[] httpDate() {
        return date.bytes();
    }
}
