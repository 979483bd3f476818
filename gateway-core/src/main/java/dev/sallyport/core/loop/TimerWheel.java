package dev.sallyport.core.loop;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All deadlines of one loop: a ring of slots of 100 ms, each a list threaded through the deadlines
 * themselves. A deadline further away than one turn hangs in the last slot and is hung again from
 * there. The loop's own timer is armed for the next slot that holds something, and not at all when
 * none does.
 */
public final class TimerWheel {
    static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    static final int SLOTS = 512;

    private final EventExecutor executor;
    private final LongSupplier nanoClock;
    private final long startNanos;
    private final Deadline[] slots = new Deadline[SLOTS];
    // Taken from their slot and not yet looked at; a field, so that a callback that throws loses
    // none.
    private final Deadline due = ring();
    private final Runnable turn = this::turn;
    private int hung;
    private long nextTick;
    private long armedTick;
    private @Nullable ScheduledFuture<?> armed;
    private boolean turning;

    TimerWheel(EventExecutor executor, LongSupplier nanoClock) {
        this.executor = executor;
        this.nanoClock = nanoClock;
        this.startNanos = nanoClock.getAsLong();
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = ring();
        }
    }

    /** How many deadlines hang here, the cleared ones that were not passed yet included. */
    public int size() {
        return hung;
    }

    long nanoTime() {
        return nanoClock.getAsLong();
    }

    void hang(Deadline deadline) {
        unhang(deadline);
        if (hung == 0 && !turning) {
            // Nothing was looked at while empty: begin where the time is.
            nextTick = Math.max(nextTick, tickBefore(nanoTime()));
        }
        long tick = Math.clamp(tickAfter(deadline.at()), nextTick, nextTick + SLOTS - 1);
        deadline.visitedAt = startNanos + tick * TICK_NANOS;
        link(deadline, slots[slot(tick)]);
        hung++;
        if (!turning && (armed == null || tick < armedTick)) {
            arm(tick);
        }
    }

    void unhang(Deadline deadline) {
        if (deadline.next != null) {
            unlink(deadline);
            hung--;
        }
    }

    /** Expires what is due by now. The loop's timer calls it; so do tests that moved the clock. */
    public void turn() {
        disarm();
        turning = true;
        try {
            lookAtDue();
            long last = tickBefore(nanoTime());
            if (last - nextTick >= SLOTS) {
                // Blocked for over a turn: every slot has passed, and once is enough.
                nextTick = last - SLOTS + 1;
            }
            while (nextTick <= last) {
                moveAll(slots[slot(nextTick)]);
                nextTick++;
                lookAtDue();
            }
        } finally {
            turning = false;
            armForNext();
        }
    }

    private void lookAtDue() {
        for (Deadline head = due.next; head != due && head != null; head = due.next) {
            unhang(head);
            if (!head.isSet()) {
                continue;
            }
            if (nanoTime() - head.at() >= 0) {
                head.expire();
            } else {
                hang(head);
            }
        }
    }

    private void armForNext() {
        if (due.next != due) {
            arm(nextTick - 1);
            return;
        }
        if (hung == 0) {
            return;
        }
        long tick = nextTick;
        while (isEmpty(slots[slot(tick)])) {
            tick++;
        }
        arm(tick);
    }

    private void arm(long tick) {
        disarm();
        armedTick = tick;
        long delay = startNanos + tick * TICK_NANOS - nanoTime();
        armed = executor.schedule(turn, Math.max(delay, 0), TimeUnit.NANOSECONDS);
    }

    private void disarm() {
        if (armed != null) {
            armed.cancel(false);
            armed = null;
        }
    }

    /** The first tick at or after a time: looking then is never early. */
    private long tickAfter(long nanoTime) {
        return Math.ceilDiv(nanoTime - startNanos, TICK_NANOS);
    }

    /** The last tick at or before a time. */
    private long tickBefore(long nanoTime) {
        return Math.floorDiv(nanoTime - startNanos, TICK_NANOS);
    }

    private static int slot(long tick) {
        return (int) tick & SLOTS - 1;
    }

    private Deadline ring() {
        Deadline head = new Deadline(this, () -> {});
        head.previous = head;
        head.next = head;
        return head;
    }

    private static boolean isEmpty(Deadline ring) {
        return ring.next == ring;
    }

    private static void link(Deadline deadline, Deadline ring) {
        deadline.previous = ring.previous;
        deadline.next = ring;
        linked(ring.previous).next = deadline;
        ring.previous = deadline;
    }

    private static void unlink(Deadline deadline) {
        linked(deadline.previous).next = deadline.next;
        linked(deadline.next).previous = deadline.previous;
        deadline.previous = null;
        deadline.next = null;
    }

    private void moveAll(Deadline from) {
        while (from.next != from) {
            Deadline first = linked(from.next);
            unlink(first);
            link(first, due);
        }
    }

    private static Deadline linked(@Nullable Deadline neighbour) {
        if (neighbour == null) {
            throw new IllegalStateException("neighbour: null (expected: a hung deadline)");
        }
        return neighbour;
    }
}
