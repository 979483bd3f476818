package dev.sallyport.config.print;

import dev.sallyport.config.model.FilterSettings;
import dev.sallyport.config.model.FilterTypes;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.RouteAction.Forward;
import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.setting.Inline;
import dev.sallyport.config.model.setting.Key;
import dev.sallyport.config.model.setting.Shorthand;
import dev.sallyport.config.model.shape.Setting;
import dev.sallyport.config.model.shape.Shape;
import dev.sallyport.config.model.value.Secret;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The effective configuration as YAML. Read again it gives an equal one, except for secrets written
 * as text, which are printed as {@code ***} and refused by the reader.
 */
public final class ConfigPrinter {
    private final StringBuilder out = new StringBuilder();

    private ConfigPrinter() {}

    /** The whole configuration, each section in the order of the reference. */
    public static String print(GatewayConfig config) {
        var printer = new ConfigPrinter();
        printer.section(config, 0);
        return printer.out.toString();
    }

    private void section(Object settings, int indent) {
        for (var setting : Setting.of(settings.getClass())) {
            var value = written(setting.valueIn(settings));
            if (value == null || setting.is(Key.class)) {
                continue;
            }
            if (setting.is(Inline.class)) {
                section(value, indent);
            } else if (setting.shape() instanceof Shape.Choice(var types)) {
                for (var choice : types.entrySet()) {
                    if (choice.getValue() == value.getClass()) {
                        key(choice.getKey(), indent);
                        value(new Shape.Section(choice.getValue()), value, indent);
                    }
                }
            } else if (setting.defaultText() != null || !isEmpty(value)) {
                key(setting.key(), indent);
                value(setting.shape(), value, indent);
            }
        }
    }

    /** Without upstreams named by an address: the routes that forward there imply them. */
    private static @Nullable Object written(@Nullable Object value) {
        return value instanceof List<?> list && list.stream().anyMatch(ConfigPrinter::isImplied)
                ? list.stream().filter(item -> !isImplied(item)).toList()
                : value;
    }

    private static boolean isImplied(Object item) {
        return item instanceof Upstream upstream && Forward.isAddress(upstream.name());
    }

    private static boolean isEmpty(Object value) {
        return (value instanceof List<?> list && list.isEmpty())
                || (value instanceof Map<?, ?> map && map.isEmpty());
    }

    private void key(String key, int indent) {
        out.repeat(' ', indent).append(Scalars.plainOrQuoted(key)).append(':');
    }

    /** The value after a key: on the same line, or on lines of its own further in. */
    private void value(Shape shape, Object value, int indent) {
        switch (shape) {
            case Shape.Text(var form) -> line(Scalars.of(form, value));
            case Shape.Word _ -> line(Shape.Word.wordOf(value));
            case Shape.Hidden _ -> line(secret((Secret) value));
            case Shape.Section(var type) -> nested(type, value, indent);
            case Shape.NamedSections _ -> named((List<?>) value, indent);
            case Shape.Items(var each) -> items(each, (List<?>) value, indent);
            case Shape.Entries(var each) -> entries(each, (Map<?, ?>) value, indent);
            case Shape.Filter _ -> {
                out.append('\n');
                filter((FilterSettings) value, indent + 2);
            }
            case Shape.Choice _ ->
                    throw new IllegalStateException("a choice has no key of its own");
        }
    }

    private void line(String text) {
        out.append(' ').append(text).append('\n');
    }

    private void nested(Class<?> type, Object value, int indent) {
        var settings = Setting.of(type);
        if (settings.size() == 1 && settings.getFirst().is(Shorthand.class)) {
            var only = settings.getFirst();
            var inner = only.valueIn(value);
            if (inner != null) {
                value(only.shape(), inner, indent);
                return;
            }
        }
        int before = out.append('\n').length();
        section(value, indent + 2);
        if (out.length() == before) {
            out.setLength(before - 1);
            line("{}");
        }
    }

    private void named(List<?> records, int indent) {
        int before = out.append('\n').length();
        for (var settings : records) {
            key(nameOf(settings), indent + 2);
            nested(settings.getClass(), settings, indent + 2);
        }
        if (out.length() == before) {
            out.setLength(before - 1);
            line("{}");
        }
    }

    private static String nameOf(Object settings) {
        for (var setting : Setting.of(settings.getClass())) {
            if (setting.is(Key.class)) {
                return String.valueOf(setting.valueIn(settings));
            }
        }
        throw new IllegalStateException(settings.getClass() + " (expected: a @Key)");
    }

    private void items(Shape each, List<?> items, int indent) {
        if (each instanceof Shape.Text(var form)) {
            line(
                    "["
                            + String.join(
                                    ", ", items.stream().map(i -> Scalars.of(form, i)).toList())
                            + "]");
            return;
        }
        if (items.isEmpty()) {
            line("[]");
            return;
        }
        out.append('\n');
        for (var item : items) {
            int start = out.length();
            if (item instanceof FilterSettings filter) {
                filter(filter, indent + 4);
            } else if (each instanceof Shape.Section) {
                section(item, indent + 4);
            } else {
                out.repeat(' ', indent + 3);
                value(each, item, indent + 4);
            }
            out.setCharAt(start + indent + 2, '-');
        }
    }

    private void filter(FilterSettings filter, int indent) {
        key(FilterTypes.nameOf(filter.getClass()), indent);
        nested(filter.getClass(), filter, indent);
    }

    private void entries(Shape each, Map<?, ?> entries, int indent) {
        if (entries.isEmpty()) {
            line("{}");
            return;
        }
        out.append('\n');
        entries.forEach((name, value) -> {
            key(String.valueOf(name), indent + 2);
            value(each, value, indent + 2);
        });
    }

    private static String secret(Secret secret) {
        var reference = String.valueOf(secret.reference());
        return switch (secret.origin()) {
            case TEXT -> Scalars.quoted(Secret.HIDDEN);
            case FILE -> "{file: " + Scalars.plainOrQuoted(reference) + "}";
            case ENV -> "{env: " + Scalars.plainOrQuoted(reference) + "}";
        };
    }
}
