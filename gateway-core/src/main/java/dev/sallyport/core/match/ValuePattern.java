package dev.sallyport.core.match;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a value must be: anything, exactly this text, or what fits a regular expression. */
public sealed interface ValuePattern {

    /**
     * Reads the written form: {@code *} is present, {@code ~re} is RE2 over the whole value, all
     * else is exact.
     */
    static ValuePattern parse(String text) {
        if (text.equals("*")) {
            return new Present();
        }
        return text.startsWith("~") ? new Fitting(text.substring(1)) : new Exactly(text);
    }

    /** Whether this piece of an array fits. */
    boolean fits(byte[] bytes, int offset, int length);

    /** The value is there, whatever it is. */
    final class Present implements ValuePattern {
        @Override
        public boolean fits(byte[] bytes, int offset, int length) {
            return true;
        }

        @Override
        public String toString() {
            return "*";
        }
    }

    /** The value is this text, byte by byte. */
    final class Exactly implements ValuePattern {
        private final String text;
        private final byte[] expected;

        public Exactly(String text) {
            this.text = text;
            this.expected = text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public boolean fits(byte[] bytes, int offset, int length) {
            return length == expected.length
                    && Arrays.equals(expected, 0, length, bytes, offset, offset + length);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * The whole value fits this regular expression; RE2, so time is linear in the value and never
     * explodes.
     *
     * <p>Bytes are read as UTF-8; what is not UTF-8 is seen as U+FFFD. The literal text an
     * expression begins with is compared first; only values that have it are handed to the engine,
     * which allocates. A value of more than 100,000 bytes divided by the expression's compiled
     * steps never fits.
     */
    final class Fitting implements ValuePattern {
        private static final int MAX_LENGTH = 1000;
        private static final int MAX_PROGRAM = 250;
        // Time is bound by program size times value length, and it is spent on an event loop: some
        // milliseconds at worst.
        private static final int MAX_WORK = 100_000;

        private final Pattern pattern;
        private final byte[] prefix;

        public Fitting(String text) {
            if (text.isEmpty() || text.length() > MAX_LENGTH) {
                throw new IllegalArgumentException(
                        "a regular expression of "
                                + text.length()
                                + " characters (expected: 1.."
                                + MAX_LENGTH
                                + ")");
            }
            this.pattern = compile(text);
            this.prefix = literalPrefix(text).getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public boolean fits(byte[] bytes, int offset, int length) {
            return length <= MAX_WORK / pattern.programSize()
                    && isBegun(bytes, offset, length)
                    && pattern.matches(new String(bytes, offset, length, StandardCharsets.UTF_8));
        }

        /** Whether the value might fit, and is too long to be tried; it is then said not to fit. */
        boolean isTooLong(byte[] bytes, int offset, int length) {
            return length > MAX_WORK / pattern.programSize() && isBegun(bytes, offset, length);
        }

        private boolean isBegun(byte[] bytes, int offset, int length) {
            return length >= prefix.length
                    && Arrays.equals(
                            prefix, 0, prefix.length, bytes, offset, offset + prefix.length);
        }

        @Override
        public String toString() {
            return "~" + pattern.pattern();
        }

        /** What is wrong with an expression, beside its text; null when there may be one of it. */
        public static @Nullable String findProblem(String text) {
            if (text.isEmpty() || text.length() > MAX_LENGTH) {
                return "of 1.." + MAX_LENGTH + " characters, not " + text.length();
            }
            try {
                int steps = Pattern.compile(text).programSize();
                return steps <= MAX_PROGRAM
                        ? null
                        : "of at most "
                                + MAX_PROGRAM
                                + " compiled steps, not "
                                + steps
                                + "; shorten its {n,m} repetitions";
            } catch (PatternSyntaxException e) {
                return e.getDescription() + ": " + e.getPattern();
            }
        }

        private static Pattern compile(String text) {
            Pattern pattern;
            try {
                pattern = Pattern.compile(text);
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(
                        "\""
                                + text
                                + "\" (expected: a regular expression in RE2 syntax; "
                                + e.getMessage()
                                + ")",
                        e);
            }
            if (pattern.programSize() > MAX_PROGRAM) {
                throw new IllegalArgumentException(
                        "\""
                                + text
                                + "\" compiles to "
                                + pattern.programSize()
                                + " steps (expected: at most "
                                + MAX_PROGRAM
                                + "; shorten its {n,m} repetitions)");
            }
            return pattern;
        }

        /**
         * The plain characters at the beginning that no operator touches; empty is always right.
         */
        private static String literalPrefix(String text) {
            if (text.indexOf('|') >= 0) {
                return "";
            }
            int start = text.startsWith("^") ? 1 : 0;
            int end = start;
            while (end < text.length() && isPlain(text.charAt(end))) {
                end++;
            }
            // ab*, ab? and ab{0,1} promise only the a.
            boolean optional = end < text.length() && "*?{".indexOf(text.charAt(end)) >= 0;
            return text.substring(start, optional ? Math.max(start, end - 1) : end);
        }

        private static boolean isPlain(char c) {
            return (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "/-_~%:@!,;=&".indexOf(c) >= 0;
        }
    }
}
