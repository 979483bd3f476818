package dev.sallyport.config.guard.json;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON piece by piece, as its caller asks for it (RFC 8259). Texts are cut at a bound, so
 * that a stranger's input takes no more memory than what is made of it.
 */
public final class JsonReader {
    /** Characters of a text that are kept; one more says that there were more. */
    public static final int LONGEST_TEXT = 16 * 1024;

    private static final int DEEPEST = 64;
    private static final int UNREAD = -2;

    private final Reader in;
    private final boolean[] isFirst = new boolean[DEEPEST];
    private final StringBuilder text = new StringBuilder();
    private int depth;
    private int ahead = UNREAD;

    public JsonReader(InputStream in) {
        this(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
    }

    public JsonReader(Reader in) {
        this.in = in;
    }

    /** Whether nothing but white space is left. */
    public boolean isAtEnd() throws IOException {
        return peek() < 0;
    }

    public void beginObject() throws IOException {
        require('{');
        enter();
    }

    /** The next name of the object, its value to be read; null after the last. */
    public @Nullable String nextName() throws IOException {
        if (!next('}')) {
            return null;
        }
        if (peek() != '"') {
            throw unexpected("a name");
        }
        var name = string();
        require(':');
        return name;
    }

    public void beginArray() throws IOException {
        require('[');
        enter();
    }

    /** Whether there is another item, to be read. */
    public boolean nextItem() throws IOException {
        return next(']');
    }

    /** Whether the next value begins an object. */
    public boolean isObject() throws IOException {
        return peek() == '{';
    }

    /** Whether the next value begins an array. */
    public boolean isArray() throws IOException {
        return peek() == '[';
    }

    /**
     * The next value as a text: of a string, a number, true or false; empty for null. An array or
     * an object is passed over, and is empty too.
     */
    public String scalar() throws IOException {
        return switch (peek()) {
            case '"' -> string();
            case '{', '[' -> {
                skip();
                yield "";
            }
            default -> {
                var word = word();
                yield word.equals("null") ? "" : word;
            }
        };
    }

    /** A whole number; 0 for what is none. */
    public long number() throws IOException {
        var written = scalar();
        if (!written.matches("-?[0-9]{1,18}")) {
            return 0;
        }
        return Long.parseLong(written);
    }

    /** Passes over the next value. */
    public void skip() throws IOException {
        switch (peek()) {
            case '"' -> string();
            case '{' -> {
                beginObject();
                while (nextName() != null) {
                    skip();
                }
            }
            case '[' -> {
                beginArray();
                while (nextItem()) {
                    skip();
                }
            }
            default -> word();
        }
    }

    private void enter() throws MalformedJson {
        if (depth == DEEPEST) {
            throw new MalformedJson("nested more than " + DEEPEST + " deep");
        }
        isFirst[depth++] = true;
    }

    /** Whether another member follows; its separator is read, or the {@code end}. */
    private boolean next(char end) throws IOException {
        if (peek() == end) {
            read();
            depth--;
            return false;
        }
        if (!isFirst[depth - 1]) {
            require(',');
        }
        isFirst[depth - 1] = false;
        return true;
    }

    private String string() throws IOException {
        require('"');
        text.setLength(0);
        while (true) {
            int c = read();
            if (c == '"') {
                return text.toString();
            }
            if (c < ' ') {
                throw new MalformedJson("a text that is not ended");
            }
            int unit = c == '\\' ? escaped() : c;
            if (text.length() <= LONGEST_TEXT) {
                text.append((char) unit);
            }
        }
    }

    private int escaped() throws IOException {
        int c = read();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int unit = 0;
                for (int i = 0; i < 4; i++) {
                    int digit = Character.digit(read(), 16);
                    if (digit < 0) {
                        throw new MalformedJson("an escape without four digits");
                    }
                    unit = unit * 16 + digit;
                }
                yield unit;
            }
            default -> throw new MalformedJson("an unknown escape");
        };
    }

    private String word() throws IOException {
        text.setLength(0);
        peek();
        while (ahead >= 0 && isOfWord(ahead) && text.length() < 64) {
            text.append((char) read());
            fill();
        }
        var word = text.toString();
        boolean known =
                word.equals("true")
                        || word.equals("false")
                        || word.equals("null")
                        || word.matches(
                                "-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,4})?");
        if (!known) {
            throw unexpected("a value");
        }
        return word;
    }

    private static boolean isOfWord(int c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || c == '-'
                || c == '+'
                || c == '.'
                || c == 'E';
    }

    private void require(char expected) throws IOException {
        if (peek() != expected) {
            throw unexpected("'" + expected + "'");
        }
        read();
    }

    private MalformedJson unexpected(String expected) {
        var found = ahead < 0 ? "the end" : "'" + (char) ahead + "'";
        return new MalformedJson(found + " (expected: " + expected + ")");
    }

    /** The next character that is not white space, still to be read; -1 at the end. */
    private int peek() throws IOException {
        fill();
        while (ahead == ' ' || ahead == '\n' || ahead == '\r' || ahead == '\t') {
            ahead = in.read();
        }
        return ahead;
    }

    private void fill() throws IOException {
        if (ahead == UNREAD) {
            ahead = in.read();
        }
    }

    private int read() throws IOException {
        fill();
        int c = ahead;
        ahead = UNREAD;
        return c;
    }
}
