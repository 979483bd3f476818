package dev.sallyport.config.read;

import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Problem;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** A configuration as a tree of texts, whatever language it was written in. */
public sealed interface Node {
    /** Where it begins. */
    Place place();

    /**
     * One text.
     *
     * @param plain whether it was written without quotes, so that nothing may mean nothing
     */
    record Text(Place place, String text, boolean plain) implements Node {
        /** Whether nothing was written where a value should be. */
        public boolean isNothing() {
            return plain && (text.isEmpty() || text.equals("~") || text.equals("null"));
        }
    }

    /** A sequence. */
    record Items(Place place, List<Node> items) implements Node {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** A mapping, in its order. */
    record Section(Place place, SequencedMap<String, Entry> entries) implements Node {
        public Section {
            entries = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(entries));
        }

        /** A mapping of one entry. */
        public static Section of(String key, Node value) {
            return new Section(
                    value.place(),
                    new LinkedHashMap<>(Map.of(key, new Entry(value.place(), value))));
        }
    }

    /** A value and the place of its key. */
    record Entry(Place keyPlace, Node value) {}

    /** What a problem says was found here. */
    default String describe() {
        return switch (this) {
            case Text text -> text.isNothing() ? "nothing" : Problem.quote(text.text());
            case Items _ -> "a list";
            case Section _ -> "a mapping";
        };
    }
}
