package dev.sallyport.core.observe.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One loop's bounded way to the access log: a ring of bytes with one writer, the loop, and one
 * reader, the log's thread.
 *
 * <p>A full queue drops the record and counts it; {@code accepted + dropped} is what was offered.
 * The reader looks by itself a few times a second, so the loop wakes it only when the ring is half
 * full, not per record.
 */
public final class AccessQueue {
    /** Room for about 1,500 records. */
    public static final int DEFAULT_CAPACITY = 1 << 19;

    private static final VarHandle CURSOR = MethodHandles.arrayElementVarHandle(long[].class);

    // Far enough apart that the writer's and the reader's cursor share no cache line.
    private static final int WRITTEN = 16;
    private static final int READ = 48;
    private static final int ACCEPTED = 17;
    private static final int DROPPED = 18;
    private static final int CURSORS = 64;

    /** Instead of a size: nothing more up to the ring's end. */
    private static final int SKIP = -1;

    private final byte[] ring;
    private final long[] cursors = new long[CURSORS];
    private final AccessEntry entry = new AccessEntry();
    private long knownRead;
    private long wakeAt;
    private volatile Runnable waker = () -> {};

    /** The capacity is a power of two of at least 64 KiB. */
    public AccessQueue(int capacity) {
        if (Integer.bitCount(capacity) != 1 || capacity < 1 << 16) {
            throw new IllegalArgumentException(
                    "access-log queue: " + capacity + " (expected: a power of two >= 65536)");
        }
        ring = new byte[capacity];
        wakeAt = capacity / 2;
    }

    /**
     * Copies the record into the queue; false when it was full and the record was dropped. Loop
     * only.
     */
    public boolean offer(AccessRecord record) {
        int size = AccessLayout.sizeOf(record);
        long written = cursors[WRITTEN];
        int at = (int) written & ring.length - 1;
        int skipped = ring.length - at < size ? ring.length - at : 0;
        long end = written + skipped + size;
        if (end - knownRead > ring.length) {
            knownRead = (long) CURSOR.getAcquire(cursors, READ);
            if (end - knownRead > ring.length) {
                CURSOR.setOpaque(cursors, DROPPED, cursors[DROPPED] + 1);
                return false;
            }
        }
        if (skipped > 0) {
            AccessLayout.INT.set(ring, at, SKIP);
            at = 0;
        }
        AccessLayout.write(record, ring, at, size);
        CURSOR.setOpaque(cursors, ACCEPTED, cursors[ACCEPTED] + 1);
        CURSOR.setRelease(cursors, WRITTEN, end);
        if (end >= wakeAt) {
            wake(end);
        }
        return true;
    }

    private void wake(long end) {
        knownRead = (long) CURSOR.getAcquire(cursors, READ);
        wakeAt = knownRead + ring.length / 2;
        if (end >= wakeAt) {
            // Once more only after another eighth: the reader is on its way.
            wakeAt = end + ring.length / 8;
            waker.run();
        }
    }

    /** Records taken in since the start. */
    public long accepted() {
        return (long) CURSOR.getOpaque(cursors, ACCEPTED);
    }

    /** Records dropped because the queue was full, since the start. */
    public long dropped() {
        return (long) CURSOR.getOpaque(cursors, DROPPED);
    }

    /** What wakes the reader when the queue fills; must not block. */
    void wakeWith(Runnable wake) {
        waker = wake;
    }

    /**
     * Hands what is there to the sink and frees it, in steps of an eighth of the ring; the number
     * of records. Reader only.
     */
    public int drain(AccessSink sink) {
        long read = cursors[READ];
        long written = (long) CURSOR.getAcquire(cursors, WRITTEN);
        long free = read + ring.length / 8;
        int records = 0;
        try {
            while (read < written) {
                int at = (int) read & (ring.length - 1);
                int size = (int) AccessLayout.INT.get(ring, at);
                if (size == SKIP) {
                    read += ring.length - at;
                    continue;
                }
                // Moved on first: a record the sink fails on is not read again.
                read += size;
                records++;
                sink.accept(entry.at(ring, at));
                if (read >= free) {
                    CURSOR.setRelease(cursors, READ, read);
                    free = read + ring.length / 8;
                }
            }
        } finally {
            CURSOR.setRelease(cursors, READ, read);
        }
        return records;
    }
}
