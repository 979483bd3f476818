package dev.sallyport.config.provider.docker;

import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.read.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Settings while labels are put together to them: {@code timeouts.response} is a setting within a
 * setting, {@code filters.0} the first of a list.
 */
final class Branch {
    private final Place place;
    private final Map<String, Object> children = new TreeMap<>();

    Branch(Place place) {
        this.place = place;
    }

    /** Puts a value at the end of a path; false when something else is on the way. */
    boolean put(List<String> path, Node value) {
        var name = path.getFirst();
        if (path.size() == 1) {
            return children.putIfAbsent(name, value) == null;
        }
        var child = children.computeIfAbsent(name, _ -> new Branch(place));
        return child instanceof Branch branch && branch.put(path.subList(1, path.size()), value);
    }

    boolean has(String name) {
        return children.containsKey(name);
    }

    boolean isEmpty() {
        return children.isEmpty();
    }

    /** All of it as a section, to be read as a record. */
    Node.Section section() {
        var entries = new LinkedHashMap<String, Node.Entry>();
        children.forEach((name, child) -> entries.put(name, new Node.Entry(place, node(child))));
        return new Node.Section(place, entries);
    }

    private static Node node(Object child) {
        return child instanceof Branch branch ? branch.node() : (Node) child;
    }

    private Node node() {
        int count = children.size();
        for (int i = 0; i < count; i++) {
            if (!children.containsKey(Integer.toString(i))) {
                return section();
            }
        }
        var items = new ArrayList<Node>();
        for (int i = 0; i < count; i++) {
            items.add(node(children.getOrDefault(Integer.toString(i), this)));
        }
        return new Node.Items(place, items);
    }
}
