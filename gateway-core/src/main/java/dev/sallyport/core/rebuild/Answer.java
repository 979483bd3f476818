package dev.sallyport.core.rebuild;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response that the edge makes itself.
 *
 * @param status 200..599
 * @param reason the word for logs and metrics, kebab case; from a fixed set
 * @param fields added to the head
 * @param contentType of the body; null for the edge's own page with the request's id
 * @param body the body's bytes; empty for the edge's own page
 */
public record Answer(
        int status, String reason, List<Line> fields, @Nullable String contentType, byte[] body) {
    private static final byte[] NONE = new byte[0];

    /** One field line. */
    public record Line(byte[] name, byte[] value) {
        public static Line of(String name, String value) {
            return new Line(
                    name.getBytes(StandardCharsets.ISO_8859_1),
                    value.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    public Answer {
        fields = List.copyOf(fields);
    }

    /** The edge's own page for {@code status}. */
    public static Answer of(int status, String reason, Line... fields) {
        return new Answer(status, reason, List.of(fields), null, NONE);
    }
}
