package dev.sallyport.config.survey;

import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.read.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/** One compose file over another, as compose does it: mappings by key, lists one after another. */
final class ComposeMerge {
    private static final Set<String> REPLACED = Set.of("command", "entrypoint", "test");
    private static final Set<String> PAIRS =
            Set.of("environment", "labels", "networks", "depends_on", "args", "sysctls");

    private final Set<Node> replacing;

    /** {@code replacing}: nodes, by identity, that are not merged with what is there. */
    ComposeMerge(Set<Node> replacing) {
        this.replacing = replacing;
    }

    Node.Section over(Node.Section base, Node.Section more) {
        var entries = new LinkedHashMap<>(base.entries());
        more.entries()
                .forEach((key, entry) -> {
                    var before = entries.get(key);
                    var value = entry.value();
                    if (before == null || replacing.contains(value) || REPLACED.contains(key)) {
                        entries.put(key, entry);
                    } else {
                        entries.put(
                                key,
                                new Node.Entry(
                                        entry.keyPlace(), merged(key, before.value(), value)));
                    }
                });
        return new Node.Section(base.place(), entries);
    }

    private Node merged(String key, Node before, Node value) {
        boolean isPairs = PAIRS.contains(key);
        var base = isPairs ? pairs(before) : before;
        var more = isPairs ? pairs(value) : value;
        if (base instanceof Node.Section first && more instanceof Node.Section second) {
            return over(first, second);
        }
        if (base instanceof Node.Items(var place, var first)
                && more instanceof Node.Items(_, var second)) {
            return new Node.Items(place, joined(key, first, second));
        }
        return more;
    }

    private static List<Node> joined(String key, List<Node> first, List<Node> second) {
        var all = new ArrayList<>(first);
        for (var each : second) {
            all.removeIf(other ->
                    text(other).equals(text(each))
                            || (key.equals("volumes") && target(other).equals(target(each))));
            all.add(each);
        }
        return all;
    }

    private static String text(Node node) {
        return node instanceof Node.Text(_, var text, _) ? text : node.toString();
    }

    private static String target(Node volume) {
        if (volume instanceof Node.Section(_, var entries)) {
            var target = entries.get("target");
            return target == null ? volume.toString() : text(target.value());
        }
        var parts = text(volume).split(":", 3);
        return parts.length > 1 ? parts[1] : parts[0];
    }

    /** A list of {@code NAME=value} as the mapping it stands for. */
    static Node pairs(Node node) {
        if (!(node instanceof Node.Items(var place, var items))) {
            return node;
        }
        var entries = new LinkedHashMap<String, Node.Entry>();
        for (var each : items) {
            if (each instanceof Node.Text(var at, var text, _)) {
                int equals = text.indexOf('=');
                var name = equals < 0 ? text : text.substring(0, equals);
                entries.put(name, new Node.Entry(at, value(at, text, equals)));
            }
        }
        return new Node.Section(place, entries);
    }

    private static Node value(Place at, String text, int equals) {
        return equals < 0
                ? new Node.Text(at, "", true)
                : new Node.Text(at, text.substring(equals + 1), false);
    }
}
