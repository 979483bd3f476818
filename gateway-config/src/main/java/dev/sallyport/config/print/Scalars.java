package dev.sallyport.config.print;

import dev.sallyport.config.model.shape.TextForm;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Texts as YAML scalars: plain where every reader agrees on them, in double quotes elsewhere. */
final class Scalars {
    private static final Pattern PLAIN =
            Pattern.compile("[A-Za-z0-9./_][A-Za-z0-9./_+*-]*(:[A-Za-z0-9./_+*-]+)*");
    private static final Pattern NUMBER =
            Pattern.compile(
                    "[-+.]?[0-9][0-9_.:,-]*(e[-+]?[0-9]+)?|0[xo][0-9a-f]+|[-+]?\\.(inf|nan)");
    private static final Set<String> WORDS =
            Set.of("true", "false", "yes", "no", "on", "off", "y", "n", "null");

    private Scalars() {}

    static String of(TextForm form, Object value) {
        var text = form.format(value);
        // Numbers and truths are themselves; texts that only look like them are quoted.
        return value instanceof Number || value instanceof Boolean ? text : plainOrQuoted(text);
    }

    static String plainOrQuoted(String text) {
        boolean plain =
                PLAIN.matcher(text).matches()
                        && !NUMBER.matcher(text.toLowerCase(Locale.ROOT)).matches()
                        && !WORDS.contains(text.toLowerCase(Locale.ROOT));
        return plain ? text : quoted(text);
    }

    static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                case '\r' -> quoted.append("\\r");
                default -> {
                    if (c < ' '
                            || c == 0x7f
                            || c == 0x85
                            || c == 0xa0
                            || c == 0xfeff
                            || Character.getType(c) == Character.LINE_SEPARATOR
                            || Character.getType(c) == Character.PARAGRAPH_SEPARATOR) {
                        quoted.append("\\u%04x".formatted((int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
