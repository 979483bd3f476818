package dev.sallyport.config.read;

import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.value.InvalidValue;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls the constructors of records, and tells what their own rules refuse. */
final class RecordMaker {
    private final Problems problems;
    private final Map<Class<?>, Constructor<?>> constructors = new HashMap<>();

    RecordMaker(Problems problems) {
        this.problems = problems;
    }

    /** The record, or null after its own rule said no. */
    @Nullable Object make(
            Class<?> type, @Nullable Object[] arguments, Node.Section section, String path) {
        try {
            return constructors
                    .computeIfAbsent(type, RecordMaker::constructorOf)
                    .newInstance(arguments);
        } catch (InvocationTargetException e) {
            refused(e.getCause(), section, path);
            return null;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getName() + " (expected: a record)", e);
        }
    }

    private static Constructor<?> constructorOf(Class<?> type) {
        var parameters =
                Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getType)
                        .toArray(Class<?>[]::new);
        try {
            var constructor = type.getDeclaredConstructor(parameters);
            // The records of filters may be nested in classes of their own room.
            constructor.setAccessible(true);
            return constructor;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(type.getName() + " (expected: a record)", e);
        }
    }

    /** A record's own rule said no: at the text it names, or at the section as a whole. */
    private void refused(@Nullable Throwable cause, Node.Section section, String path) {
        switch (cause) {
            case InvalidValue invalid -> {
                var place = new Node[] {section};
                var deeper = locate(section, invalid.value(), path, place);
                problems.add(Problem.of(place[0].place(), deeper, invalid));
            }
            case IllegalArgumentException e ->
                    problems.error(section.place(), path, String.valueOf(e.getMessage()), null);
            case null, default -> throw new IllegalStateException("record at " + path, cause);
        }
    }

    private static String locate(Node.Section section, String text, String path, Node[] found) {
        for (var entry : section.entries().entrySet()) {
            var value = entry.getValue().value();
            var under = Paths.under(path, entry.getKey());
            if (isText(value, text) || entry.getKey().equals(text)) {
                found[0] = value;
                return value.place().equals(section.place()) ? path : under;
            }
            if (value instanceof Node.Items(_, var items)) {
                for (int i = 0; i < items.size(); i++) {
                    if (isText(items.get(i), text)) {
                        found[0] = items.get(i);
                        return Paths.item(under, i);
                    }
                }
            }
            if (value instanceof Node.Section(_, var inner) && inner.containsKey(text)) {
                found[0] = value;
                return under;
            }
        }
        return path;
    }

    private static boolean isText(Node node, String text) {
        return node instanceof Node.Text(_, var written, _) && written.equals(text);
    }
}
