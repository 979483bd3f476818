package dev.sallyport.core.observe.log;

/** Somebody who is told of every record that leaves the queues, on the log's thread. */
@FunctionalInterface
public interface AccessSink {
    /** Reads what it wants of the entry, which is valid until this returns. */
    void accept(AccessEntry entry);

    /** Told after each round over all queues, also an empty one. */
    default void flush() {}

    /** Told once, after the last record. */
    default void close() {}
}
