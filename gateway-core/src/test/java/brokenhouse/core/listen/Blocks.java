package brokenhouse.core.listen;

/** Takes a monitor on an event loop, in a block. */
record Blocks(Object lock) {
    String read() {
        synchronized (lock) {
            return lock.toString();
        }
    }
}
