package dev.sallyport.config.read;

import dev.sallyport.config.model.FilterSettings;
import dev.sallyport.config.model.FilterTypes;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.value.Suggestion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Filters: those under {@code filters} by name first, then each step of a route. */
final class FilterReader {
    private static final String ROOT = "filters";

    private final Problems problems;
    private final FilterTypes types;
    private final Map<String, FilterSettings> named = new LinkedHashMap<>();
    private final Set<String> broken = new HashSet<>();

    FilterReader(Problems problems, FilterTypes types) {
        this.problems = problems;
        this.types = types;
    }

    /** Takes those that have been read before. */
    void know(Map<String, FilterSettings> read) {
        named.putAll(read);
    }

    /** Reads all that have a name, before any route refers to them. */
    void readNamed(Node.Section root, RecordReader records) {
        var entry = root.entries().get(ROOT);
        if (entry == null) {
            return;
        }
        if (!(entry.value() instanceof Node.Section(_, var entries))) {
            problems.error(
                    entry.value().place(), ROOT, entry.value().describe(), "a mapping by name");
            return;
        }
        for (var one : entries.entrySet()) {
            boolean fit = records.values().isName(one, ROOT);
            var settings = inline(one.getValue().value(), Paths.under(ROOT, one.getKey()), records);
            if (settings != null && fit) {
                named.put(one.getKey(), settings);
            } else {
                broken.add(one.getKey());
            }
        }
    }

    Map<String, FilterSettings> named() {
        return named;
    }

    @Nullable FilterSettings read(Node node, String path, RecordReader records) {
        if (!(node instanceof Node.Text text) || text.isNothing()) {
            return inline(node, path, records);
        }
        var found = named.get(text.text());
        if (found != null || broken.contains(text.text())) {
            return found;
        }
        if (types.find(text.text()) != null) {
            problems.add(
                    Problem.error(
                                    text.place(),
                                    path,
                                    text.describe(),
                                    "one of the names under filters, or a filter with its"
                                            + " settings")
                            .withHint(text.text() + ": {}"));
            return null;
        }
        var names = new ArrayList<>(named.keySet());
        names.addAll(broken);
        problems.add(
                Problem.error(text.place(), path, text.describe(), "one of the names under filters")
                        .withHint(Suggestion.nearest(text.text(), names)));
        return null;
    }

    private @Nullable FilterSettings inline(Node node, String path, RecordReader records) {
        if (!(node instanceof Node.Section(_, var entries)) || entries.size() != 1) {
            var found =
                    node instanceof Node.Section(_, var keys)
                            ? keys.isEmpty() ? "an empty mapping" : "a mapping of several keys"
                            : node.describe();
            problems.error(node.place(), path, found, "one filter, such as rate-limit: {...}");
            return null;
        }
        var only = entries.firstEntry();
        var type = types.find(only.getKey());
        var under = Paths.under(path, only.getKey());
        if (type == null) {
            var known = types.byName().keySet();
            var nearest = Suggestion.nearest(only.getKey(), known);
            problems.add(
                    Problem.error(
                                    only.getValue().keyPlace(),
                                    under,
                                    "unknown filter",
                                    nearest != null ? null : "one of " + String.join(", ", known))
                            .withHint(nearest));
            return null;
        }
        return (FilterSettings) records.read(type, only.getValue().value(), under, null);
    }
}
