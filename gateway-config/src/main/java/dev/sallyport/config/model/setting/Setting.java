package dev.sallyport.config.model.setting;

import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One component of a record as the operator sees it.
 *
 * @param key what it is written as
 * @param shape the form of its value
 * @param isNullable whether absent is a value of its own
 */
public record Setting(String key, RecordComponent component, Shape shape, boolean isNullable) {
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
        var named = component.getAnnotation(Named.class);
        return new Setting(
                named == null ? kebab(component.getName()) : named.value(),
                component,
                component.isAnnotationPresent(OneOf.class)
                        ? Shape.choiceOf(component.getType())
                        : Shape.of(component.getGenericType()),
                component.getAnnotatedType().isAnnotationPresent(Nullable.class));
    }

    /**
     * {@code pathPrefix} as {@code path-prefix}, {@code LEAST_REQUESTS} as {@code least-requests}.
     */
    public static String kebab(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                .replace('_', '-')
                .toLowerCase(Locale.ROOT);
    }

    public boolean is(Class<? extends Annotation> annotation) {
        return component.isAnnotationPresent(annotation);
    }

    /** What absent means, or null for nothing or an empty list, or where one must be given. */
    public @Nullable String defaultText() {
        var annotation = component.getAnnotation(Default.class);
        return annotation == null ? null : annotation.value();
    }

    public @Nullable Range range() {
        return component.getAnnotation(Range.class);
    }

    /** Keys of earlier versions. */
    public List<String> oldKeys() {
        var renamed = component.getAnnotation(Renamed.class);
        return renamed == null ? List.of() : List.of(renamed.value());
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
