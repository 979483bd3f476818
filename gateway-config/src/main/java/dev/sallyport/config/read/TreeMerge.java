package dev.sallyport.config.read;

import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Problem;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Several trees to one. Sections of both are joined key by key at the second level (names of
 * routes, single limits); anything else given twice is a problem that names both places.
 */
final class TreeMerge {
    private final Problems problems;
    private final SequencedMap<String, Node.Entry> merged = new LinkedHashMap<>();

    TreeMerge(Problems problems) {
        this.problems = problems;
    }

    void add(Node.Section tree) {
        tree.entries()
                .forEach((key, entry) -> {
                    if (!key.equals("include")) {
                        join(merged, key, entry, "", true);
                    }
                });
    }

    /** All trees so far as one. */
    Node.Section root(Place place) {
        return new Node.Section(place, merged);
    }

    private void join(
            SequencedMap<String, Node.Entry> into,
            String key,
            Node.Entry entry,
            String path,
            boolean sections) {
        var earlier = into.get(key);
        if (earlier == null) {
            into.put(key, entry);
            return;
        }
        var under = Paths.under(path, key);
        if (sections
                && earlier.value() instanceof Node.Section(var place, var first)
                && entry.value() instanceof Node.Section(_, var second)) {
            var both = new LinkedHashMap<>(first);
            second.forEach((name, value) -> join(both, name, value, under, false));
            into.put(key, new Node.Entry(earlier.keyPlace(), new Node.Section(place, both)));
            return;
        }
        problems.add(
                Problem.error(
                        entry.keyPlace(),
                        under,
                        "given a second time",
                        "once; the first is at " + earlier.keyPlace()));
    }
}
