package dev.sallyport.config.reference;

import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Key;
import dev.sallyport.config.model.setting.Shorthand;
import dev.sallyport.config.model.shape.Setting;
import dev.sallyport.config.model.shape.Shape;
import java.lang.reflect.AnnotatedElement;
import org.jspecify.annotations.Nullable;

/** What the reference says of a setting, in words. */
final class Wording {
    private Wording() {}

    static String doc(AnnotatedElement element) {
        var doc = element.getAnnotation(Doc.class);
        if (doc == null) {
            throw new IllegalStateException(element + " (expected: @Doc)");
        }
        return doc.value();
    }

    /** The type of a value, in the words of the configuration. */
    static String type(Shape shape) {
        return switch (shape) {
            case Shape.Text(var form) -> form.as();
            case Shape.Word word ->
                    String.join(
                            ", ",
                            word.constants().keySet().stream().map(w -> "`" + w + "`").toList());
            case Shape.Hidden _ -> "secret";
            case Shape.Section(var type) -> {
                var brief = shorthand(type);
                yield brief == null ? "section" : "section, or " + type(brief.shape());
            }
            case Shape.NamedSections _ -> "sections by name";
            case Shape.Items(Shape.Filter _) -> "list of filters";
            case Shape.Items(Shape.Section(var type)) -> {
                var brief = shorthand(type);
                yield "list of "
                        + (brief == null ? "sections" : type(brief.shape()) + " or section");
            }
            case Shape.Items(var each) -> "list of " + type(each);
            case Shape.Entries(Shape.Filter _) -> "filters by name";
            case Shape.Entries(var each) -> type(each) + ", by name";
            case Shape.Filter _ -> "filter";
            case Shape.Choice _ -> "choice";
        };
    }

    static @Nullable Setting shorthand(Class<?> type) {
        for (var setting : Setting.of(type)) {
            if (setting.is(Shorthand.class)) {
                return setting;
            }
        }
        return null;
    }

    /** What absent means, or that there is no absent. */
    static String otherwise(Setting setting) {
        var text = setting.defaultText();
        if (text != null) {
            return text.equals("{}") ? "its defaults" : "`" + text + "`";
        }
        if (isRequired(setting)) {
            return "**required**";
        }
        return setting.isNullable() ? "none" : "empty";
    }

    static boolean isRequired(Setting setting) {
        if (setting.defaultText() != null || setting.isNullable() || setting.is(Key.class)) {
            return false;
        }
        return switch (setting.shape()) {
            case Shape.Items _, Shape.NamedSections _ -> setting.is(Shorthand.class);
            case Shape.Entries _ -> false;
            default -> true;
        };
    }

    static @Nullable String example(Setting setting) {
        var example = setting.component().getAnnotation(Example.class);
        return example == null ? null : example.value();
    }

    /** The bounds of a value, or null without any. */
    static @Nullable String range(Setting setting) {
        var range = setting.range();
        if (range == null) {
            return null;
        }
        if (range.min().isEmpty()) {
            return "at most " + range.max();
        }
        return range.max().isEmpty()
                ? "at least " + range.min()
                : range.min() + " to " + range.max();
    }
}
