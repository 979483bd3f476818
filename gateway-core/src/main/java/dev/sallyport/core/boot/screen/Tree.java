package dev.sallyport.core.boot.screen;

import dev.sallyport.acme.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A part of a JSON answer, to be looked into by key; what is absent is empty. */
public record Tree(Map<?, ?> map) {
    public static Tree parse(String json) throws Failure {
        try {
            return of(Json.read(json));
        } catch (IOException e) {
            throw new Failure(Exit.UNAVAILABLE, "not an answer of an edge: " + e.getMessage());
        }
    }

    public static Tree of(@Nullable Object value) {
        return new Tree(value instanceof Map<?, ?> map ? map : Map.of());
    }

    public boolean has(String key) {
        return map.containsKey(key);
    }

    public String text(String key) {
        Object value = map.get(key);
        return value == null ? "" : value.toString();
    }

    public long number(String key) {
        return map.get(key) instanceof Number number ? number.longValue() : 0;
    }

    public boolean is(String key) {
        return Boolean.TRUE.equals(map.get(key));
    }

    public Tree tree(String key) {
        return of(map.get(key));
    }

    public List<Tree> trees(String key) {
        List<Tree> trees = new ArrayList<>();
        if (map.get(key) instanceof List<?> items) {
            items.forEach(item -> trees.add(of(item)));
        }
        return trees;
    }

    public List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        if (map.get(key) instanceof List<?> items) {
            items.forEach(item -> texts.add(String.valueOf(item)));
        }
        return texts;
    }
}
