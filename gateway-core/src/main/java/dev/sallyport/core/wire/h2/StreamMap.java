package dev.sallyport.core.wire.h2;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a connection by their numbers: one array, probed from the place that the number
 * says. A client's numbers are odd and follow each other, so that they hardly meet. Small, for most
 * connections idle: nothing is held before the first stream. Loop.
 */
public final class StreamMap<S extends StreamMap.Numbered> {
    /** A stream that knows its number. */
    public interface Numbered {
        int id();
    }

    private static final Object[] NONE = {};
    private static final int LEAST = 8;

    private @Nullable Object[] places = NONE;
    private int size;

    public int size() {
        return size;
    }

    /** The stream of that number; null when there is none. */
    public @Nullable S find(int id) {
        return size == 0 ? null : at(place(id));
    }

    /** Adds one whose number is not there. */
    public void add(S stream) {
        if (2 * size >= places.length) {
            List<S> before = all();
            places = new @Nullable Object[Math.max(LEAST, 2 * places.length)];
            for (S each : before) {
                places[place(each.id())] = each;
            }
        }
        places[place(stream.id())] = stream;
        size++;
    }

    /** Does nothing when there is none. */
    public void remove(int id) {
        if (size == 0) {
            return;
        }
        int hole = place(id);
        if (places[hole] == null) {
            return;
        }
        places[hole] = null;
        size--;
        int last = places.length - 1;
        int i = (hole + 1) & last;
        // Whoever was pushed on by what is gone moves up, or would not be found from its own place.
        for (S each = at(i); each != null; each = at(i)) {
            int home = (each.id() >>> 1) & last;
            if (((i - home) & last) >= ((i - hole) & last)) {
                places[hole] = each;
                places[i] = null;
                hole = i;
            }
            i = (i + 1) & last;
        }
    }

    /** All of them, to go through while they change. */
    public List<S> all() {
        List<S> all = new ArrayList<>(size);
        for (int i = 0; i < places.length; i++) {
            S each = at(i);
            if (each != null) {
                all.add(each);
            }
        }
        return all;
    }

    /** Where the stream is, or where it would be put: half of the places are free. */
    private int place(int id) {
        int last = places.length - 1;
        int i = (id >>> 1) & last;
        for (S each = at(i); each != null && each.id() != id; each = at(i)) {
            i = (i + 1) & last;
        }
        return i;
    }

    @SuppressWarnings("unchecked") // add lets nothing else in
    private @Nullable S at(int place) {
        return (S) places[place];
    }
}
