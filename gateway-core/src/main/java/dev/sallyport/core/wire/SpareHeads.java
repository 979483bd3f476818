package dev.sallyport.core.wire;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The heads of one kind that no connection of a loop uses at the moment: an idle connection holds
 * none.
 *
 * @param <H> the kind of head
 */
public final class SpareHeads<H> {
    private static final int MOST = 256;

    private final Supplier<H> maker;
    private final Consumer<H> reset;
    private final ArrayDeque<H> heads = new ArrayDeque<>();

    public SpareHeads(Supplier<H> maker, Consumer<H> reset) {
        this.maker = maker;
        this.reset = reset;
    }

    /** Lends a head; whoever got it gives it back. */
    public H take() {
        H spare = heads.pollLast();
        return spare == null ? maker.get() : spare;
    }

    /** Takes a head back, emptied; beyond what a burst needs it is let go. */
    public void give(H head) {
        if (heads.size() < MOST) {
            reset.accept(head);
            heads.addLast(head);
        }
    }
}
