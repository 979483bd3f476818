package dev.sallyport.core.observe.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the records as lines to a target, many at once.
 *
 * <p>A target that does not take them (a full disk) stops nobody: its lines are counted as lost,
 * and the next write tries again. A file is opened anew when it was moved or deleted, looked at
 * once a second, or when asked.
 */
public final class AccessWriter implements AccessSink {
    private static final Logger log = LoggerFactory.getLogger(AccessWriter.class);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final AccessFormat.Lines format;
    private final LogTarget target;
    private final LongSupplier nanoTime;
    private final LineBuffer lines = new LineBuffer();
    private final ByteBuffer wrapped = ByteBuffer.wrap(lines.bytes());
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private volatile boolean reopenAsked;
    private long lookedAt;
    private long lostTold;
    private boolean lineBroken;
    private String problem = "";

    /** {@code nanoTime} is {@code System::nanoTime}, or a test's. */
    public AccessWriter(AccessFormat format, LogTarget target, LongSupplier nanoTime) {
        this.format = format.lines();
        this.target = target;
        this.nanoTime = nanoTime;
        this.lookedAt = nanoTime.getAsLong();
    }

    /** Opens the file anew before the next write; any thread. */
    public void reopen() {
        reopenAsked = target.isFile();
    }

    /** Bytes of lines handed to the target. */
    public long written() {
        return written.get();
    }

    /** Records the target did not take. */
    public long lost() {
        return lost.get();
    }

    @Override
    public void accept(AccessEntry entry) {
        format.append(entry, lines);
        if (lines.length() >= LineBuffer.FULL) {
            write();
        }
    }

    @Override
    public void flush() {
        long now = nanoTime.getAsLong();
        boolean look = now - lookedAt >= SECOND;
        if (reopenAsked || (look && target.isMoved())) {
            reopenAsked = false;
            // What is there was meant for the file of then.
            write();
            openAnew();
        }
        write();
        if (look) {
            lookedAt = now;
            tellLost();
        }
    }

    @Override
    public void close() {
        write();
        tellLost();
        try {
            target.close();
        } catch (IOException e) {
            log.warn("access log not closed target={} error={}", target, e.toString());
        }
    }

    private void openAnew() {
        try {
            target.reopen();
            lineBroken = false;
            log.info("access log reopened target={}", target);
        } catch (IOException e) {
            log.warn("access log not reopened target={} error={}", target, e.toString());
        }
    }

    private void write() {
        if (lines.length() == 0) {
            return;
        }
        try {
            if (lineBroken) {
                target.write(ByteBuffer.wrap(new byte[] {'\n'}));
                lineBroken = false;
            }
            wrapped.limit(lines.length()).position(0);
            target.write(wrapped);
        } catch (IOException e) {
            problem = e.toString();
            countLost();
        }
        written.addAndGet(wrapped.position());
        wrapped.clear();
        lines.clear();
    }

    // Each line that is not whole in the file is lost; the part of one that is there must be ended
    // before the next.
    private void countLost() {
        int taken = wrapped.position();
        int gone = 0;
        for (int i = taken; i < lines.length(); i++) {
            if (lines.bytes()[i] == '\n') {
                gone++;
            }
        }
        lost.addAndGet(gone);
        lineBroken |= taken > 0 && lines.bytes()[taken - 1] != '\n';
    }

    private void tellLost() {
        long now = lost.get();
        if (now != lostTold) {
            log.warn(
                    "access log records lost target={} count={} error={}",
                    target,
                    now - lostTold,
                    problem);
            lostTold = now;
        }
    }
}
