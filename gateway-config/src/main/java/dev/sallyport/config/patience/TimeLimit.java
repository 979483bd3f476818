package dev.sallyport.config.patience;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/**
 * Ends what takes too long by closing it: that is what ends a blocked connect, handshake or read,
 * however slowly bytes drip, and unix sockets know no timeout of their own. For one use.
 */
public final class TimeLimit {
    private final Duration patience;
    private volatile boolean isOver;

    /** A limit that has not begun. */
    public TimeLimit(Duration patience) {
        this.patience = patience;
    }

    /** Begins; {@code blocking} is closed when the time has passed, unless this is ended before. */
    public Running on(Closeable blocking) {
        return new Running(Thread.ofVirtual().name("time-limit").start(() -> closeLate(blocking)));
    }

    /** Whether the time has passed. */
    public boolean isOver() {
        return isOver;
    }

    private void closeLate(Closeable blocking) {
        try {
            Thread.sleep(patience);
            isOver = true;
            blocking.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException _) {
            // it is closed all the same
        }
    }

    /** A limit that has begun; closing it ends it. */
    public record Running(Thread thread) implements AutoCloseable {
        @Override
        public void close() {
            thread.interrupt();
        }
    }
}
