package dev.sallyport.core.outside;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A response as the client saw it, byte for byte. */
record Response(String head, byte[] body, List<String> trailers, boolean isComplete) {
    Response {
        trailers = List.copyOf(trailers);
    }

    int status() {
        return Integer.parseInt(head.substring(9, 12));
    }

    String text() {
        return new String(body, ISO_8859_1);
    }

    /** The value of the first field of that name; null when there is none. */
    @Nullable String field(String name) {
        List<String> all = fields(name);
        return all.isEmpty() ? null : all.getFirst();
    }

    List<String> fields(String name) {
        return values(head, name);
    }

    static List<String> values(String head, String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        List<String> values = new ArrayList<>();
        head.lines()
                .skip(1)
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                .forEach(line -> values.add(line.substring(start.length()).strip()));
        return values;
    }
}
