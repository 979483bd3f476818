package dev.sallyport.config.model.shape;

import dev.sallyport.config.model.value.DurationText;
import dev.sallyport.config.model.value.InvalidValue;
import dev.sallyport.config.model.value.Written;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a value is written as one text.
 *
 * @param as what the reference calls it
 * @param pattern for the JSON schema; empty for any text
 */
public record TextForm(Class<?> type, String as, String pattern, Parser parser) {
    private static final Map<String, String> TRUTHS =
            Map.of("yes", "true", "on", "true", "no", "false", "off", "false");

    /** Makes the value of a text, or throws {@link InvalidValue}. */
    @FunctionalInterface
    public interface Parser {
        /** Reads a text whose relative paths are relative to the folder. */
        Object parse(String text, Path folder);
    }

    /** The form of a type, or null when its values are not single texts. */
    public static @Nullable TextForm find(Class<?> type) {
        var written = Marks.of(type).texts(Written.class);
        if (!written.isEmpty()) {
            return new TextForm(type, written.get(0), written.get(1), parserOf(type));
        }
        if (type == String.class) {
            return new TextForm(type, "text", "", (text, _) -> text);
        }
        if (type == boolean.class) {
            return new TextForm(type, "true or false", "", (text, _) -> truth(text));
        }
        if (type == int.class || type == Integer.class) {
            return new TextForm(type, "number", "", (text, _) -> integer(text));
        }
        if (type == long.class || type == Long.class) {
            return new TextForm(type, "number", "", (text, _) -> whole(text, 18));
        }
        if (type == double.class) {
            return new TextForm(type, "number", "", (text, _) -> fraction(text));
        }
        if (type == Duration.class) {
            var pattern = "^[0-9]+(ms|s|m|h|d)$";
            return new TextForm(type, "duration", pattern, (text, _) -> DurationText.parse(text));
        }
        if (type == Path.class) {
            return new TextForm(type, "file", "", TextForm::path);
        }
        if (type == URI.class) {
            return new TextForm(type, "URL", "", (text, _) -> uri(text));
        }
        return null;
    }

    /** The value of a text, or {@link InvalidValue}. */
    public Object parse(String text, Path folder) {
        return parser.parse(text, folder);
    }

    /** The text that reads back as an equal value. */
    public String format(Object value) {
        return switch (value) {
            case Duration duration -> DurationText.format(duration);
            case Double number -> BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
            default -> value.toString();
        };
    }

    private static boolean truth(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            var lower = text.toLowerCase(Locale.ROOT);
            var same = lower.equals("true") || lower.equals("false") ? lower : null;
            throw new InvalidValue(text, "true or false", TRUTHS.getOrDefault(lower, same));
        }
        return text.equals("true");
    }

    private static int integer(String text) {
        long value = whole(text, 18);
        if (value != (int) value) {
            throw new InvalidValue(text, "a whole number of at most " + Integer.MAX_VALUE);
        }
        return (int) value;
    }

    private static long whole(String text, int digits) {
        if (!text.matches("0|-?[1-9][0-9]{0," + (digits - 1) + "}")) {
            var bare = text.replaceAll("[_,' ]", "").replaceFirst("^\\+?0*(?=[0-9])", "");
            throw new InvalidValue(
                    text, "a whole number in decimal", bare.matches("[0-9]{1,9}") ? bare : null);
        }
        return Long.parseLong(text);
    }

    private static double fraction(String text) {
        if (!text.matches("(0|[1-9][0-9]{0,14})(\\.[0-9]{1,15})?")) {
            throw new InvalidValue(text, "a number such as 0.1");
        }
        return Double.parseDouble(text);
    }

    private static Path path(String text, Path folder) {
        try {
            if (!text.isEmpty() && !text.startsWith("~")) {
                return folder.resolve(text).toAbsolutePath().normalize();
            }
        } catch (InvalidPathException _) {
            // the same answer as for other bad paths
        }
        throw new InvalidValue(text, "the path of a file");
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException _) {
            throw new InvalidValue(text, "a URL");
        }
    }

    private static Parser parserOf(Class<?> type) {
        for (var method : type.getDeclaredMethods()) {
            if (method.getName().equals("parse")) {
                boolean folder = method.getParameterCount() == 2;
                return (text, base) -> folder ? call(method, text, base) : call(method, text);
            }
        }
        throw new IllegalArgumentException(type.getName() + " (expected: a static parse(String))");
    }

    private static Object call(Method parse, Object... arguments) {
        try {
            return parse.invoke(null, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof InvalidValue invalid) {
                throw invalid;
            }
            throw new IllegalStateException("parse of " + parse.getDeclaringClass(), e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(parse + " (expected: public)", e);
        }
    }
}
