package dev.sallyport.core.wire.h2;

/**
 * How much the client may still send, for a stream or for the connection (RFC 9113 5.2). What was
 * used up is given anew once half of it has been consumed.
 */
public final class ReceiveWindow {
    private final int size;
    private int left;
    private int consumed;

    /**
     * Begins with what the client knows of.
     *
     * @param left what it may send by now
     * @param size what it may send when all of that was consumed
     */
    public ReceiveWindow(int left, int size) {
        this.left = left;
        this.size = size;
        this.consumed = size - left;
    }

    /** Takes {@code bytes} out; false when there are not as many. */
    public boolean take(int bytes) {
        if (bytes > left) {
            return false;
        }
        left -= bytes;
        return true;
    }

    /** What to give the client anew, now that {@code bytes} were consumed; 0 for nothing yet. */
    public int consumed(int bytes) {
        consumed += bytes;
        if (2 * consumed < size) {
            return 0;
        }
        int given = consumed;
        left += given;
        consumed = 0;
        return given;
    }
}
