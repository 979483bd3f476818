package dev.sallyport.config.survey;

import dev.sallyport.config.audit.seen.Setting;
import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.read.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Texts, lists and mappings out of a tree, variables put in; what is of another form is nothing.
 */
record Reader(Variables variables) {
    private static final Set<String> TRUE = Set.of("true", "yes", "on", "1");

    String text(@Nullable Node node) {
        return node instanceof Node.Text text && !text.isNothing()
                ? variables.fill(text.text())
                : "";
    }

    String text(Node.Section section, String key) {
        return text(find(section, key));
    }

    boolean isTrue(@Nullable Node node) {
        return TRUE.contains(text(node).toLowerCase(Locale.ROOT));
    }

    @Nullable Node find(Node.Section section, String key) {
        var entry = section.entries().get(key);
        return entry == null ? null : entry.value();
    }

    /** The items of a list; a single value is a list of one. */
    List<Node> items(@Nullable Node node) {
        return switch (node) {
            case null -> List.of();
            case Node.Items(_, var items) -> items;
            case Node.Text text -> text.isNothing() ? List.of() : List.of(text);
            case Node.Section section -> List.of(section);
        };
    }

    Map<String, Node.Entry> entries(@Nullable Node node) {
        return node instanceof Node.Section(_, var entries) ? entries : new LinkedHashMap<>();
    }

    /** Words of a command, whether it was written as a list or as a line. */
    List<String> words(@Nullable Node node) {
        if (node instanceof Node.Text) {
            return List.of(text(node).strip().split("\\s+"));
        }
        return items(node).stream().map(this::text).toList();
    }

    /** A value of a service, or each of a list. */
    List<Setting> settings(Node.Section section, String key) {
        var all = new ArrayList<Setting>();
        for (var each : items(find(section, key))) {
            if (each instanceof Node.Text) {
                all.add(new Setting(key, text(each), each.place()));
            }
        }
        return all;
    }

    Place keyPlace(Node.Section section, String key) {
        var entry = section.entries().get(key);
        return entry == null ? section.place() : entry.keyPlace();
    }
}
