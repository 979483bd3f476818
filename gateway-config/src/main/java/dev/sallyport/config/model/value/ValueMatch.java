package dev.sallyport.config.model.value;

/**
 * What the value of a header field or query parameter must be: {@code *} present, {@code ~re} RE2
 * over the whole value, any other text that very value. A leading {@code =} takes the rest as it
 * is, for values that begin with one of the signs.
 */
@Written(as = "match: text, * or ~regex")
public sealed interface ValueMatch {
    /** Any value will do. */
    record Present() implements ValueMatch {
        @Override
        public String toString() {
            return "*";
        }
    }

    /** That very value. */
    record Equal(String value) implements ValueMatch {
        @Override
        public String toString() {
            boolean sign = value.equals("*") || value.startsWith("~") || value.startsWith("=");
            return sign ? "=" + value : value;
        }
    }

    /** A value that matches as a whole. */
    record Regex(String regex) implements ValueMatch {
        @Override
        public String toString() {
            return "~" + regex;
        }
    }

    static ValueMatch parse(String text) {
        if (text.equals("*")) {
            return new Present();
        }
        if (text.startsWith("~")) {
            if (text.length() == 1) {
                throw new InvalidValue(text, "a regular expression after ~");
            }
            return new Regex(text.substring(1));
        }
        return new Equal(text.startsWith("=") ? text.substring(1) : text);
    }
}
