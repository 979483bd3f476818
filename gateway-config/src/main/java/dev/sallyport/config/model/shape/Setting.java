package dev.sallyport.config.model.shape;

import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.setting.OneOf;
import dev.sallyport.config.model.setting.Range;
import dev.sallyport.config.model.setting.Renamed;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One component of a record as the operator sees it.
 *
 * @param key what it is written as
 * @param shape the form of its value
 * @param marks what its annotations say
 */
public record Setting(String key, RecordComponent component, Shape shape, Marks marks) {
    /** Least and greatest value as written; an empty text is no bound. */
    public record Bounds(String min, String max) {}

    /** A function of the class alone, asked for with every record that is read. */
    private static final ClassValue<List<Setting>> OF_TYPE =
            new ClassValue<>() {
                @Override
                protected List<Setting> computeValue(Class<?> type) {
                    return Arrays.stream(type.getRecordComponents()).map(Setting::of).toList();
                }
            };

    /** The settings of a record in their order. */
    public static List<Setting> of(Class<?> type) {
        return OF_TYPE.get(type);
    }

    private static Setting of(RecordComponent component) {
        var marks = Marks.of(component);
        var named = marks.text(Named.class);
        return new Setting(
                named == null ? kebab(component.getName()) : named,
                component,
                marks.has(OneOf.class)
                        ? Shape.choiceOf(component.getType())
                        : Shape.of(component.getGenericType()),
                marks);
    }

    /**
     * {@code pathPrefix} as {@code path-prefix}, {@code LEAST_REQUESTS} as {@code least-requests}.
     */
    public static String kebab(String name) {
        var words = new StringBuilder(name.length() + 4);
        char before = '_';
        for (int i = 0; i < name.length(); i++) {
            char each = name.charAt(i);
            if (Character.isUpperCase(each)
                    && (Character.isLowerCase(before) || Character.isDigit(before))) {
                words.append('-');
            }
            words.append(each == '_' ? '-' : Character.toLowerCase(each));
            before = each;
        }
        return words.toString();
    }

    public boolean is(Class<? extends Annotation> annotation) {
        return marks.has(annotation);
    }

    /** Whether absent is a value of its own. */
    public boolean isNullable() {
        return marks.has(Nullable.class);
    }

    /** What absent means, or null for nothing or an empty list, or where one must be given. */
    public @Nullable String defaultText() {
        return marks.text(Default.class);
    }

    public @Nullable Bounds range() {
        var texts = marks.texts(Range.class);
        return texts.isEmpty() ? null : new Bounds(texts.get(1), texts.get(0));
    }

    /** Keys of earlier versions. */
    public List<String> oldKeys() {
        return marks.texts(Renamed.class);
    }

    /** The value of this setting in a record. */
    public @Nullable Object valueIn(Object settings) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(settings);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(component + " (expected: a plain accessor)", e);
        }
    }
}
