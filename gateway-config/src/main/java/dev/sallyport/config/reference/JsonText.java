package dev.sallyport.config.reference;

import java.util.List;
import java.util.Map;

/** Maps, lists, texts, numbers and truths as JSON, indented for people who compare versions. */
final class JsonText {
    private final StringBuilder out = new StringBuilder();

    private JsonText() {}

    static String write(Object value) {
        var text = new JsonText();
        text.value(value, 0);
        return text.out.append('\n').toString();
    }

    private void value(Object value, int indent) {
        switch (value) {
            case Map<?, ?> map when !map.isEmpty() -> {
                out.append('{');
                var separator = "\n";
                for (var entry : map.entrySet()) {
                    out.append(separator).repeat(' ', indent + 2);
                    string(String.valueOf(entry.getKey()));
                    out.append(": ");
                    value(entry.getValue(), indent + 2);
                    separator = ",\n";
                }
                out.append('\n').repeat(' ', indent).append('}');
            }
            case Map<?, ?> _ -> out.append("{}");
            case List<?> list -> {
                out.append('[');
                var separator = "";
                for (var item : list) {
                    out.append(separator);
                    value(item, indent);
                    separator = ", ";
                }
                out.append(']');
            }
            case String text -> string(text);
            default -> out.append(value);
        }
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                default -> {
                    if (c < ' ') {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
