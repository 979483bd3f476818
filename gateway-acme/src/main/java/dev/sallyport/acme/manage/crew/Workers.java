package dev.sallyport.acme.manage.crew;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The threads of efforts, which end when their work does, or by interrupt. */
public final class Workers implements AutoCloseable {
    private final ThreadFactory threads;
    private final Set<Thread> running = new LinkedHashSet<>();

    /** What a thread does. */
    @FunctionalInterface
    public interface Work {
        void run() throws InterruptedException;
    }

    /**
     * None yet.
     *
     * @param name of threads, before their number
     */
    public Workers(String name) {
        this.threads = Thread.ofVirtual().name(name, 0).factory();
    }

    /** Starts one; {@code ended} is told when it is over, with what broke it if anything did. */
    public synchronized void start(Work work, Consumer<@Nullable RuntimeException> ended) {
        var thread =
                threads.newThread(() -> {
                    RuntimeException failure = null;
                    try {
                        work.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException e) {
                        failure = e;
                    } catch (Error e) {
                        // Of this one piece of work; left untold it would be under way for ever.
                        failure = new IllegalStateException(e);
                    } finally {
                        leave(Thread.currentThread());
                    }
                    ended.accept(failure);
                });
        running.add(thread);
        thread.start();
    }

    private synchronized void leave(Thread thread) {
        running.remove(thread);
    }

    /** How many there are now. */
    public synchronized int count() {
        return running.size();
    }

    @Override
    public void close() {
        List<Thread> all;
        synchronized (this) {
            all = List.copyOf(running);
        }
        all.forEach(Thread::interrupt);
        for (var thread : all) {
            try {
                thread.join(1000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
