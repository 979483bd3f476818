package dev.sallyport.config.model.shape;

import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Inline;
import dev.sallyport.config.model.setting.Key;
import dev.sallyport.config.model.setting.MustExist;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.setting.OneOf;
import dev.sallyport.config.model.setting.Range;
import dev.sallyport.config.model.setting.Renamed;
import dev.sallyport.config.model.setting.Shorthand;
import dev.sallyport.config.model.value.Written;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the annotations of a type, a component or a constant say, as far as a configuration is read
 * by it: the simple name of each annotation with its texts.
 *
 * <p>Looked up in {@link MarksIndex} first. The JVM spins a class for each kind of annotation that
 * is looked at, which takes it a tenth of its start.
 */
public record Marks(Map<String, List<String>> texts) {
    static final Marks NONE = new Marks(Map.of());

    private static final Set<Class<? extends Annotation>> KINDS =
            Set.of(
                    Default.class,
                    Inline.class,
                    Key.class,
                    MustExist.class,
                    Named.class,
                    Nullable.class,
                    OneOf.class,
                    Range.class,
                    Renamed.class,
                    Shorthand.class,
                    Written.class);

    /** Of a type itself. */
    public static Marks of(Class<?> type) {
        var found = MarksIndex.find(type, "");
        return found != null ? found : reflected(type);
    }

    static Marks of(RecordComponent component) {
        var found = MarksIndex.find(component.getDeclaringRecord(), component.getName());
        return found != null ? found : reflected(component);
    }

    static Marks of(Enum<?> constant) {
        var found = MarksIndex.find(constant.getDeclaringClass(), constant.name());
        return found != null ? found : reflected(constant);
    }

    /** As the JVM tells it, whatever the index says. */
    public static Marks reflected(Class<?> type) {
        return read(type);
    }

    /** See {@link #reflected(Class)}. */
    public static Marks reflected(RecordComponent component) {
        return read(component, component.getAnnotatedType());
    }

    /** See {@link #reflected(Class)}. */
    public static Marks reflected(Enum<?> constant) {
        try {
            return read(constant.getDeclaringClass().getField(constant.name()));
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(constant + " (expected: a public enum)", e);
        }
    }

    public boolean has(Class<? extends Annotation> kind) {
        return texts.containsKey(kind.getSimpleName());
    }

    /** The texts of an annotation in the order of its elements' names; none where it is not. */
    public List<String> texts(Class<? extends Annotation> kind) {
        return texts.getOrDefault(kind.getSimpleName(), List.of());
    }

    /** The only text of an annotation, or null where it is not. */
    public @Nullable String text(Class<? extends Annotation> kind) {
        var found = texts.get(kind.getSimpleName());
        return found == null ? null : found.getFirst();
    }

    private static Marks read(AnnotatedElement... elements) {
        var texts = new LinkedHashMap<String, List<String>>();
        for (var element : elements) {
            for (var annotation : element.getAnnotations()) {
                if (KINDS.contains(annotation.annotationType())) {
                    texts.put(annotation.annotationType().getSimpleName(), textsOf(annotation));
                }
            }
        }
        return texts.isEmpty() ? NONE : new Marks(texts);
    }

    private static List<String> textsOf(Annotation annotation) {
        return Arrays.stream(annotation.annotationType().getDeclaredMethods())
                .sorted(Comparator.comparing(Method::getName))
                .flatMap(element -> Arrays.stream(valueOf(annotation, element)))
                .toList();
    }

    private static String[] valueOf(Annotation annotation, Method element) {
        try {
            return element.invoke(annotation) instanceof String[] many
                    ? many
                    : new String[] {(String) element.invoke(annotation)};
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(annotation + " (expected: texts)", e);
        }
    }
}
