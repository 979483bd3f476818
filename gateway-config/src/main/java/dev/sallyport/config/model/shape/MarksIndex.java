package dev.sallyport.config.model.shape;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The marks of all settings as the build wrote them down, beside the program's own classes. Where
 * there is no index, or a type is not in it, the annotations themselves are read.
 *
 * <p>A line is the name of a type, or of an annotation within the type above: a tab, the element
 * (nothing for the type itself), the annotation and its texts, with tabs between.
 */
public final class MarksIndex {
    /** Where it lies on the class path. */
    public static final String RESOURCE = "/META-INF/sallyport/marks";

    private static final String TAB = "\t";

    /** Of each type that is known, the lines below it; read once. */
    private static final class Lines {
        private static final Map<String, List<String>> OF_TYPE = load();
    }

    /** Marks by element; null for a type that is not in the index. */
    private static final ClassValue<@Nullable Map<String, Marks>> OF_TYPE =
            new ClassValue<>() {
                @Override
                protected @Nullable Map<String, Marks> computeValue(Class<?> type) {
                    var lines = Lines.OF_TYPE.get(type.getName());
                    return lines == null ? null : parse(lines);
                }
            };

    private MarksIndex() {}

    /** The names of the types it knows. */
    public static List<String> types() {
        return Lines.OF_TYPE.keySet().stream().sorted().toList();
    }

    /** The marks of an element, or null when the index does not know its type. */
    static @Nullable Marks find(Class<?> type, String element) {
        var marks = OF_TYPE.get(type);
        return marks == null ? null : marks.getOrDefault(element, Marks.NONE);
    }

    /** The index of these types, each with the marks of its elements. */
    public static String write(SequencedMap<Class<?>, Map<String, Marks>> types) {
        var text = new StringBuilder();
        types.forEach((type, elements) -> {
            text.append(type.getName()).append('\n');
            elements.forEach((element, marks) -> write(element, marks, text));
        });
        return text.toString();
    }

    private static void write(String element, Marks marks, StringBuilder text) {
        marks.texts()
                .forEach((annotation, values) -> {
                    var line = new ArrayList<>(List.of("", element, annotation));
                    line.addAll(values);
                    var joined = String.join(TAB, line);
                    if (joined.split(TAB, -1).length != line.size() || joined.contains("\n")) {
                        throw new IllegalArgumentException(
                                element + ": " + values + " (expected: no tab, no line end)");
                    }
                    text.append(joined).append('\n');
                });
    }

    private static Map<String, List<String>> load() {
        var types = new HashMap<String, List<String>>();
        try (var index = MarksIndex.class.getResourceAsStream(RESOURCE)) {
            if (index == null) {
                return types;
            }
            var lines = List.<String>of();
            for (var line :
                    new String(index.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                if (line.startsWith(TAB)) {
                    lines.add(line);
                } else {
                    lines = new ArrayList<>();
                    types.put(line, lines);
                }
            }
            return types;
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE, e);
        }
    }

    private static Map<String, Marks> parse(List<String> lines) {
        var elements = new LinkedHashMap<String, Map<String, List<String>>>();
        for (var line : lines) {
            var words = line.split(TAB, -1);
            elements.computeIfAbsent(words[1], _ -> new LinkedHashMap<>())
                    .put(words[2], Arrays.asList(words).subList(3, words.length));
        }
        var marks = new HashMap<String, Marks>();
        elements.forEach((element, texts) -> marks.put(element, new Marks(texts)));
        return marks;
    }
}
