package dev.sallyport.config.guard.json;

/** Writes JSON on one line; names and values are given in their order. */
public final class JsonWriter {
    private final StringBuilder out = new StringBuilder();
    private boolean isFirst = true;

    /** Begins an object, as an item or as the whole. */
    public JsonWriter beginObject() {
        separate();
        out.append('{');
        isFirst = true;
        return this;
    }

    public JsonWriter endObject() {
        out.append('}');
        isFirst = false;
        return this;
    }

    public JsonWriter beginArray() {
        separate();
        out.append('[');
        isFirst = true;
        return this;
    }

    public JsonWriter endArray() {
        out.append(']');
        isFirst = false;
        return this;
    }

    /** The name of the value that comes next. */
    public JsonWriter name(String name) {
        separate();
        quote(name);
        out.append(':');
        isFirst = true;
        return this;
    }

    public JsonWriter value(String text) {
        separate();
        quote(text);
        return this;
    }

    public JsonWriter value(long number) {
        separate();
        out.append(number);
        return this;
    }

    /** A name and a text, left out when the text is empty. */
    public JsonWriter text(String name, String text) {
        return text.isEmpty() ? this : name(name).value(text);
    }

    private void separate() {
        if (!isFirst) {
            out.append(',');
        }
        isFirst = false;
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                // A lone half of a pair is no UTF-8; escaped it comes through as it is.
                out.append("\\u");
                var digits = Integer.toHexString(c);
                out.repeat("0", 4 - digits.length()).append(digits);
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
