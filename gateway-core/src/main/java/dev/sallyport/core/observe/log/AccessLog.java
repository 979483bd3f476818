package dev.sallyport.core.observe.log;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that empties the loops' queues into the sinks: the log's writer, and the spans' export
 * when there is one.
 *
 * <p>It looks by itself every {@link #PAUSE}, or earlier when a queue is half full, so many records
 * share one wake-up. A platform thread, because a write to a file would hold on to the carrier of a
 * virtual one.
 */
public final class AccessLog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AccessLog.class);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration LAST_DRAIN = Duration.ofSeconds(5);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final List<AccessQueue> queues;
    private final List<AccessSink> sinks;
    private final AccessSink all;
    private final LongSupplier nanoTime;
    private final Thread thread;
    private volatile boolean closing;
    private long toldAt;
    private long droppedTold;

    AccessLog(List<AccessQueue> queues, List<AccessSink> sinks, LongSupplier nanoTime) {
        this.queues = List.copyOf(queues);
        this.sinks = List.copyOf(sinks);
        this.all = sinks.size() == 1 ? sinks.getFirst() : this::toAll;
        this.nanoTime = nanoTime;
        this.toldAt = nanoTime.getAsLong();
        this.thread = Thread.ofPlatform().name("access-log").daemon().unstarted(this::run);
    }

    /** Begins to empty the queues, one per loop. */
    public static AccessLog start(List<AccessQueue> queues, List<AccessSink> sinks) {
        AccessLog started = new AccessLog(queues, sinks, System::nanoTime);
        started.queues.forEach(queue -> queue.wakeWith(() -> LockSupport.unpark(started.thread)));
        started.thread.start();
        return started;
    }

    /** Records dropped because a queue was full. */
    public long dropped() {
        return queues.stream().mapToLong(AccessQueue::dropped).sum();
    }

    /** Records taken from the loops. */
    public long accepted() {
        return queues.stream().mapToLong(AccessQueue::accepted).sum();
    }

    /**
     * Empties the queues for the last time and closes the sinks; call it when the loops have ended.
     */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            if (!thread.join(LAST_DRAIN)) {
                log.warn("access log not written to its end within={}", LAST_DRAIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long pause = PAUSE.toNanos();
        while (!closing) {
            guarded(this::round);
            LockSupport.parkNanos(this, pause);
        }
        guarded(this::round);
        for (AccessSink sink : sinks) {
            guarded(sink::close);
        }
        guarded(this::tellDropped);
    }

    // The root of the thread: a bug in one round must not end the log for good.
    private static void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            log.error("access log failed", e);
        }
    }

    /** Everything that is in the queues now. */
    void round() {
        for (AccessQueue queue : queues) {
            queue.drain(all);
        }
        for (AccessSink sink : sinks) {
            sink.flush();
        }
        if (nanoTime.getAsLong() - toldAt >= SECOND) {
            toldAt = nanoTime.getAsLong();
            tellDropped();
        }
    }

    private void toAll(AccessEntry entry) {
        for (AccessSink sink : sinks) {
            sink.accept(entry);
        }
    }

    private void tellDropped() {
        long now = dropped();
        if (now != droppedTold) {
            log.warn(
                    "access log records dropped, queue full count={} total={}",
                    now - droppedTold,
                    now);
            droppedTold = now;
        }
    }
}
