package brokenhouse.core.listen;

/** Takes a monitor on an event loop, by its method. */
record Locks(Object lock) {
    synchronized String read() {
        return lock.toString();
    }
}
