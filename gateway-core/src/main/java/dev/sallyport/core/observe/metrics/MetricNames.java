package dev.sallyport.core.observe.metrics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The indices of configured names, for one label: the same name keeps its index over reloads, so
 * its counters go on.
 *
 * <p>Bounded: when all indices are given out, one of a retired name is used again once nothing of
 * it is in flight, and when there is none, new names share {@link #OTHER}. Control threads only;
 * the loops see the indices.
 */
public final class MetricNames {
    /** For what belongs to no name, such as a request that matched no route. */
    public static final int NONE = 0;

    /** For the names that found no index of their own. */
    public static final int OTHER = 1;

    /** The label of {@link #NONE}; no configured name begins with an underscore. */
    static final String NONE_LABEL = "_none";

    static final String OTHER_LABEL = "_other";

    /** Frees an index for another name by remembering what was counted so far. */
    interface Reuse {
        /** False when the index is still in use by exchanges that began under its old name. */
        boolean tryReset(int index);
    }

    private final int capacity;
    private final Reuse reuse;
    private final List<String> names = new ArrayList<>(List.of(NONE_LABEL, OTHER_LABEL));
    private final Map<String, Integer> indices = new LinkedHashMap<>();
    private final Set<Integer> retired = new LinkedHashSet<>();

    MetricNames(int capacity, Reuse reuse) {
        this.capacity = capacity;
        this.reuse = reuse;
    }

    /** The index of this name, given out now if it has none yet. */
    public synchronized int index(String name) {
        Integer known = indices.get(name);
        if (known != null) {
            retired.remove(known);
            return known;
        }
        int index = free();
        if (index == OTHER) {
            return OTHER;
        }
        if (index == names.size()) {
            names.add(name);
        } else {
            indices.remove(names.set(index, name));
            retired.remove(index);
        }
        indices.put(name, index);
        return index;
    }

    private int free() {
        if (names.size() < capacity) {
            return names.size();
        }
        for (int index : retired) {
            if (reuse.tryReset(index)) {
                return index;
            }
        }
        return OTHER;
    }

    /**
     * Retires all other names: they are no longer shown, and their indices may be given away when
     * none are left.
     */
    public synchronized void keepOnly(Collection<String> kept) {
        Set<String> live = new HashSet<>(kept);
        indices.forEach((name, index) -> {
            if (!live.contains(name)) {
                retired.add(index);
            }
        });
    }

    /** The label of every index, null where it is retired. */
    synchronized @Nullable String[] labels() {
        @Nullable String[] labels = names.toArray(new String[0]);
        for (int index : retired) {
            labels[index] = null;
        }
        return labels;
    }
}
