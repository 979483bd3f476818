package dev.sallyport.core.loop;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches that no loop is blocked: each loop is asked to run a task ten times a second. One that
 * takes over 100 ms is counted once per blocking; one that takes over 5 s has its stack logged.
 */
public final class Watchdog implements AutoCloseable {
    static final long BLOCKED_NANOS = Duration.ofMillis(100).toNanos();
    static final long STUCK_NANOS = Duration.ofSeconds(5).toNanos();

    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);

    private final LongSupplier nanoClock;
    private final List<Watch> watches;
    private final Thread thread;

    private Watchdog(List<Loop> loops, LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.watches = loops.stream().map(Watch::new).toList();
        this.thread = Thread.ofPlatform().daemon().name("loop-watchdog").unstarted(this::run);
    }

    /** Starts watching on a thread of its own. */
    public static Watchdog start(Loops loops) {
        Watchdog watchdog = of(loops.all(), System::nanoTime);
        watchdog.thread.start();
        return watchdog;
    }

    static Watchdog of(List<Loop> loops, LongSupplier nanoClock) {
        return new Watchdog(loops, nanoClock);
    }

    /** How often a loop was blocked since start; any thread may ask. */
    public long blocked(Loop loop) {
        return watches.get(loop.index()).blocked.get();
    }

    private void run() {
        try {
            while (true) {
                look();
                Thread.sleep(Duration.ofNanos(BLOCKED_NANOS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One round over all loops. */
    void look() {
        long now = nanoClock.getAsLong();
        for (Watch watch : watches) {
            watch.look(now);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    /**
     * One loop as the watchdog sees it; its answer comes from the loop, the rest is the watchdog's.
     */
    private static final class Watch {
        private final Loop loop;
        private final AtomicLong blocked = new AtomicLong();
        private volatile boolean answered = true;
        private volatile @Nullable Thread loopThread;
        private long askedAt;
        private boolean counted;
        private boolean dumped;

        Watch(Loop loop) {
            this.loop = loop;
        }

        void look(long now) {
            if (answered) {
                ask(now);
                return;
            }
            long waited = now - askedAt;
            if (waited >= BLOCKED_NANOS && !counted) {
                counted = true;
                blocked.incrementAndGet();
            }
            if (waited >= STUCK_NANOS && !dumped) {
                dumped = true;
                dump(waited);
            }
        }

        private void ask(long now) {
            if (loop.eventLoop().isShuttingDown()) {
                return;
            }
            askedAt = now;
            counted = false;
            dumped = false;
            answered = false;
            loop.eventLoop().execute(this::answer);
        }

        private void answer() {
            loopThread = Thread.currentThread();
            answered = true;
        }

        private void dump(long waited) {
            Thread thread = loopThread;
            if (thread != null) {
                var stack = new IllegalStateException("where " + thread.getName() + " stands");
                stack.setStackTrace(thread.getStackTrace());
                log.error(
                        "loop blocked loop={} seconds={}",
                        loop.index(),
                        Duration.ofNanos(waited).toSeconds(),
                        stack);
            }
        }
    }
}
