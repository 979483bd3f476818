package dev.sallyport.core.rebuild;

import dev.sallyport.core.http.Malformed;
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

    /**
     * RFC 9110 9.3.7 and 15.5.6 want a list of methods. It is the same for every target: what is
     * refused has no meaning at any, and which of the others a route takes is told by its own 405.
     */
    private static final Line ALLOW =
            Line.of("allow", "GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH");

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

    /** The answer to an OPTIONS that is for the edge itself. */
    public static Answer toOptions() {
        return of(204, "max-forwards", ALLOW);
    }

    /** The answer to a request that was refused as malformed. */
    public static Answer to(Malformed why) {
        return why == Malformed.METHOD_REFUSED
                ? of(why.status(), why.reason(), ALLOW)
                : of(why.status(), why.reason());
    }
}
