package dev.sallyport.config.survey;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Variables in a compose file, put in as compose does: {@code $NAME}, {@code ${NAME:-default}},
 * {@code ${NAME:?message}}, {@code ${NAME:+instead}}, {@code $$}. One that is not set and has no
 * default stays as written: it is not known what it will be.
 */
final class Variables {
    private static final int DEEPEST = 10;
    private static final String START = "[A-Za-z_]";
    private static final String REST = "[A-Za-z0-9_]";

    private final Map<String, String> file;
    private final Function<String, @Nullable String> environment;

    private Variables(Map<String, String> file, Function<String, @Nullable String> environment) {
        this.file = file;
        this.environment = environment;
    }

    /** Those of an environment, and of {@code .env} in the folder of a project. */
    static Variables of(Path folder, Function<String, @Nullable String> environment) {
        var values = new HashMap<String, String>();
        try {
            for (var line : Files.readAllLines(folder.resolve(".env"), StandardCharsets.UTF_8)) {
                int equals = line.indexOf('=');
                if (equals > 0 && !line.startsWith("#")) {
                    var name = line.substring(0, equals).strip().replaceFirst("^export +", "");
                    values.put(name, unquoted(line.substring(equals + 1).strip()));
                }
            }
        } catch (IOException _) {
            // Most projects have none; compose does without as well.
        }
        return new Variables(values, environment);
    }

    private static String unquoted(String value) {
        if (value.startsWith("\"") || value.startsWith("'")) {
            int end = value.indexOf(value.charAt(0), 1);
            return end < 0 ? value : value.substring(1, end);
        }
        return value.replaceFirst("(^|\\s+)#.*$", "");
    }

    @Nullable String find(String name) {
        var value = environment.apply(name);
        return value == null ? file.get(name) : value;
    }

    /** A text with its variables put in. */
    String fill(String text) {
        return text.indexOf('$') < 0 ? text : fill(text, 0);
    }

    /** Whether a text is left to variables alone: none of it, and no default, stands there. */
    static boolean isOnlyVariables(String text) {
        return text.matches(
                "(\\$" + START + REST + "*|\\$\\{" + START + REST + "*(:?\\?[^}]*)?})+");
    }

    private String fill(String text, int depth) {
        if (depth > DEEPEST) {
            return text;
        }
        var filled = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != '$' || at + 1 == text.length()) {
                filled.append(c);
                at++;
            } else if (text.charAt(at + 1) == '$') {
                filled.append('$');
                at += 2;
            } else if (text.charAt(at + 1) == '{') {
                int end = closing(text, at + 2);
                if (end < 0) {
                    return filled.append(text.substring(at)).toString();
                }
                filled.append(braced(text.substring(at, end + 1), depth));
                at = end + 1;
            } else {
                int end = nameEnd(text, at + 1);
                var value = find(text.substring(at + 1, end));
                filled.append(end == at + 1 || value == null ? text.substring(at, end) : value);
                at = end;
            }
        }
        return filled.toString();
    }

    /** The brace that closes; defaults may hold variables themselves. */
    private static int closing(String text, int from) {
        int open = 1;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '{' && text.charAt(i - 1) == '$') {
                open++;
            } else if (c == '}' && --open == 0) {
                return i;
            }
        }
        return -1;
    }

    private static int nameEnd(String text, int from) {
        int end = from;
        while (end < text.length()
                && text.substring(end, end + 1).matches(end == from ? START : REST)) {
            end++;
        }
        return end;
    }

    private String braced(String written, int depth) {
        var inner = written.substring(2, written.length() - 1);
        int end = nameEnd(inner, 0);
        var value = find(inner.substring(0, end));
        var rest = inner.substring(end);
        boolean isColon = rest.startsWith(":");
        var form = isColon ? rest.substring(1) : rest;
        boolean isGiven = value != null && !(isColon && value.isEmpty());
        if (form.startsWith("-")) {
            return isGiven && value != null ? value : fill(form.substring(1), depth + 1);
        }
        if (form.startsWith("+")) {
            return isGiven ? fill(form.substring(1), depth + 1) : "";
        }
        return value == null ? written : value;
    }
}
