package dev.sallyport.config.survey.engine;

import java.util.List;
import java.util.Map;

/** A piece of an engine's answer; what is not there, or is something else, is empty. */
record Tree(Object value) {
    private static final Tree NOTHING = new Tree("");

    Tree at(String... path) {
        var at = this;
        for (var name : path) {
            var inner = at.value instanceof Map<?, ?> map ? map.get(name) : null;
            at = inner == null ? NOTHING : new Tree(inner);
        }
        return at;
    }

    String text() {
        return value instanceof String text ? text : "";
    }

    List<Tree> items() {
        return value instanceof List<?> list
                ? list.stream().<Tree>map(Tree::of).toList()
                : List.of();
    }

    List<String> texts() {
        return items().stream().map(Tree::text).filter(text -> !text.isEmpty()).toList();
    }

    List<String> names() {
        return value instanceof Map<?, ?> map
                ? map.keySet().stream().map(String::valueOf).toList()
                : List.of();
    }

    private static Tree of(Object value) {
        return new Tree(value);
    }
}
