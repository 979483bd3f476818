package dev.sallyport.config.model.shape;

import dev.sallyport.config.model.setting.Key;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.value.Secret;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** The form of a setting's value. Reader, printer and reference each walk it by one switch. */
public sealed interface Shape {
    /** One text. */
    record Text(TextForm form) implements Shape {}

    /** One of the words of an enum. */
    record Word(Class<?> type) implements Shape {
        /** Words to constants, in their order. */
        public SequencedMap<String, Object> constants() {
            var words = new LinkedHashMap<String, Object>();
            for (var constant : type.getEnumConstants()) {
                words.put(wordOf(constant), constant);
            }
            return words;
        }

        /** The word of one constant. */
        public static String wordOf(Object constant) {
            var each = (Enum<?>) constant;
            var named = Marks.of(each).text(Named.class);
            return named == null ? Setting.kebab(each.name()) : named;
        }
    }

    /** A value never printed: a text, a file or an environment variable. */
    record Hidden() implements Shape {}

    /** A mapping of settings. */
    record Section(Class<?> type) implements Shape {}

    /** A mapping from names to records that know their name. */
    record NamedSections(Class<?> type) implements Shape {}

    /** A sequence; one alone may be written without brackets. */
    record Items(Shape each) implements Shape {}

    /** A mapping from free names to values. */
    record Entries(Shape each) implements Shape {}

    /** One of several records, each under its own key. */
    record Choice(SequencedMap<String, Class<?>> types) implements Shape {}

    /** An open choice, made elsewhere: the name of a filter as the only key, its settings below. */
    record Filter() implements Shape {}

    static Shape of(Type type) {
        if (type instanceof ParameterizedType generic) {
            var arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == Map.class) {
                return new Entries(of(arguments[1]));
            }
            if (generic.getRawType() == List.class && arguments[0] instanceof Class<?> element) {
                return isKeyed(element) ? new NamedSections(element) : new Items(of(element));
            }
        }
        if (!(type instanceof Class<?> plain)) {
            throw new IllegalArgumentException(type + " (expected: a list, a map or a class)");
        }
        var form = TextForm.find(plain);
        if (form != null) {
            return new Text(form);
        }
        if (plain == Secret.class) {
            return new Hidden();
        }
        if (plain.isEnum()) {
            return new Word(plain);
        }
        if (plain.isRecord()) {
            return new Section(plain);
        }
        if (plain.isInterface() && !plain.isSealed()) {
            return new Filter();
        }
        throw new IllegalArgumentException(plain + " (expected: a form of configuration)");
    }

    /** The closed choice of a sealed interface, by the names of its records. */
    static Shape choiceOf(Class<?> type) {
        var types = new LinkedHashMap<String, Class<?>>();
        for (var choice : type.getPermittedSubclasses()) {
            var named = Marks.of(choice).text(Named.class);
            types.put(named == null ? Setting.kebab(choice.getSimpleName()) : named, choice);
        }
        return new Choice(types);
    }

    private static boolean isKeyed(Class<?> type) {
        if (type.isRecord()) {
            for (var component : type.getRecordComponents()) {
                if (Marks.of(component).has(Key.class)) {
                    return true;
                }
            }
        }
        return false;
    }
}
