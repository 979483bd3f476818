package dev.sallyport.config.model.problem;

import dev.sallyport.config.model.value.InvalidValue;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing wrong with a configuration, with its place. Reads {@code sallyport.yaml:14:9
 * routes.web.path-prefix: "api" (expected: starts with "/"); did you mean "/api"?}
 *
 * @param path the setting, from the root; empty for a file as a whole
 * @param found what is there, quoted when it is the operator's own text
 * @param expectation what should be there, or null where {@code found} says it all
 * @param hint a text that was probably meant, or null
 */
public record Problem(
        Severity severity,
        Place place,
        String path,
        String found,
        @Nullable String expectation,
        @Nullable String hint) {
    private static final int LONGEST = 80;

    /** How bad it is. */
    public enum Severity {
        /** The configuration is refused. */
        ERROR,
        /** The configuration is taken, but hardly as meant. */
        WARNING
    }

    public static Problem error(Place place, String path, String found, @Nullable String expected) {
        return new Problem(Severity.ERROR, place, path, found, expected, null);
    }

    public static Problem warning(
            Place place, String path, String found, @Nullable String expected) {
        return new Problem(Severity.WARNING, place, path, found, expected, null);
    }

    public static Problem of(Place place, String path, InvalidValue invalid) {
        return new Problem(
                Severity.ERROR,
                place,
                path,
                quote(invalid.value()),
                invalid.expectation(),
                invalid.hint());
    }

    /** The same with a guess of what was meant. */
    public Problem withHint(@Nullable String hint) {
        return new Problem(severity, place, path, found, expectation, hint);
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** Whether any of them has the configuration refused. */
    public static boolean anyError(List<Problem> problems) {
        return problems.stream().anyMatch(Problem::isError);
    }

    /** An operator's text in quotes: shortened, control characters made visible. */
    public static String quote(String text) {
        boolean whole = text.length() <= LONGEST;
        return '"' + visible(whole ? text : text.substring(0, LONGEST) + "...") + '"';
    }

    /** The path of a file in quotes, however long. */
    public static String quote(Path file) {
        return '"' + visible(file.toString()) + '"';
    }

    private static String visible(String text) {
        var quoted = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (Character.isISOControl(c)
                            || Character.getType(c) == Character.FORMAT
                            || (Character.isSpaceChar(c) && c != ' ')) {
                        quoted.append("\\u%04x".formatted((int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.toString();
    }

    @Override
    public String toString() {
        var text = new StringBuilder().append(place);
        if (!path.isEmpty()) {
            text.append(' ').append(path);
        }
        text.append(path.isEmpty() && place.line() == 0 ? ": " : path.isEmpty() ? " " : ": ");
        if (severity == Severity.WARNING) {
            text.append("warning: ");
        }
        text.append(found);
        if (expectation != null) {
            text.append(" (expected: ").append(expectation).append(')');
        }
        if (hint != null) {
            text.append("; did you mean \"").append(hint).append("\"?");
        }
        return text.toString();
    }
}
