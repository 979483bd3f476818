package dev.sallyport.core.snapshot;

/** The door by which a compiled configuration reaches the loops: one volatile field. */
public final class SnapshotPublisher {
    private volatile Snapshot current;

    public SnapshotPublisher(Snapshot first) {
        current = first;
    }

    /** The snapshot in force; loops read it once per exchange. */
    public Snapshot current() {
        return current;
    }

    /** Puts {@code next} in force and gives back what it replaced. */
    public Snapshot publish(Snapshot next) {
        Snapshot before = current;
        current = next;
        return before;
    }
}
