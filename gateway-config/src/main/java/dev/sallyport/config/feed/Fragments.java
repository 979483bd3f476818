package dev.sallyport.config.feed;

import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.provider.Fragment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The latest fragment of each provider and the last one that was part of a good configuration. */
final class Fragments {
    private final Map<String, Fragment> latest = new LinkedHashMap<>();
    private final Map<String, Fragment> good = new LinkedHashMap<>();

    void put(Fragment fragment) {
        latest.put(fragment.provider(), fragment);
    }

    /** Problems of all latest fragments. */
    List<Problem> problems() {
        return latest.values().stream().flatMap(f -> f.problems().stream()).toList();
    }

    /**
     * What to try, best first: the latest of all; then the latest of this one provider with the
     * good ones of the others, so that one in trouble does not hold up another. Empty while a
     * provider never gave anything sound: half a configuration may open what the other half guards.
     */
    List<List<Fragment>> candidates(@Nullable String provider) {
        var all = new ArrayList<Fragment>();
        var alone = new ArrayList<Fragment>();
        for (var fragment : latest.values()) {
            var before = good.get(fragment.provider());
            var usable = fragment.isSound() ? fragment : before;
            if (usable == null) {
                return List.of();
            }
            all.add(usable);
            if (fragment.provider().equals(provider)) {
                alone.add(usable);
            } else if (before != null) {
                alone.add(before);
            }
        }
        boolean useful = provider != null && alone.size() == all.size() && !alone.equals(all);
        return useful ? List.of(all, alone) : List.of(all);
    }

    /** Keeps what made a good configuration. */
    void keep(List<Fragment> used) {
        used.forEach(fragment -> good.put(fragment.provider(), fragment));
    }
}
