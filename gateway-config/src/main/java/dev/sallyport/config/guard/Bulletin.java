package dev.sallyport.config.guard;

import org.jspecify.annotations.Nullable;

/**
 * The newest line of the feed, for all who read it. A reader that is slow misses lines between;
 * each line is whole, so it loses nothing, and nothing piles up.
 */
final class Bulletin {
    private @Nullable String line;
    private long lines;
    private long beats;

    /** What a reader has seen of it. */
    static final class Seen {
        private long lines;
        private long beats;
    }

    synchronized void post(String next) {
        line = next;
        lines++;
        notifyAll();
    }

    /** Tells that the newest line still holds. */
    synchronized void beat() {
        beats++;
        notifyAll();
    }

    /** Waits for something that a reader has not seen: a line, or an {@code alive} for a beat. */
    synchronized String await(Seen seen, String alive) throws InterruptedException {
        while (line == null || (lines == seen.lines && beats == seen.beats)) {
            wait();
        }
        seen.beats = beats;
        if (lines == seen.lines) {
            return alive;
        }
        seen.lines = lines;
        return line;
    }
}
