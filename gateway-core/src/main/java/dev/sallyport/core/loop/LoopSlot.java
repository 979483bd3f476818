package dev.sallyport.core.loop;

import java.util.function.Function;

/**
 * The place of one thing that every loop has its own of, such as a scratch buffer or a pool. Made
 * once by {@link Loops#slot}; read with {@link Loop#slot}, which costs an array access.
 *
 * @param <T> what each loop has
 */
public final class LoopSlot<T> {
    final int index;
    final Function<Loop, T> maker;

    LoopSlot(int index, Function<Loop, T> maker) {
        this.index = index;
        this.maker = maker;
    }
}
