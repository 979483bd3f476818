package dev.sallyport.config.provider.docker;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the newest state to its file, on a thread of its own, and not for each change. */
final class Saver implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Saver.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final StateFile file;
    private @Nullable String next;
    private boolean isClosed;
    private @Nullable Thread thread;

    private Saver(StateFile file) {
        this.file = file;
    }

    static Saver start(StateFile file) {
        var saver = new Saver(file);
        saver.thread = Thread.ofVirtual().name("docker-state").start(saver::run);
        return saver;
    }

    synchronized void save(String text) {
        next = text;
        notifyAll();
    }

    private void run() {
        try {
            while (true) {
                var text = await();
                if (text == null) {
                    return;
                }
                try {
                    file.write(text);
                } catch (IOException e) {
                    log.error("state of containers not kept reason={}", e.toString());
                }
                rest();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized @Nullable String await() throws InterruptedException {
        while (next == null && !isClosed) {
            wait();
        }
        var text = next;
        next = null;
        return text;
    }

    private synchronized void rest() throws InterruptedException {
        long end = System.nanoTime() + PAUSE.toNanos();
        for (long left = PAUSE.toMillis(); !isClosed && left > 0; ) {
            wait(left);
            left = (end - System.nanoTime()) / 1_000_000;
        }
    }

    /** What was given before is in the file when this returns. */
    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
            notifyAll();
        }
        var last = thread;
        if (last != null) {
            try {
                last.join(5_000);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
