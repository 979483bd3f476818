package dev.sallyport.core.exchange;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.rebuild.Answer;
import dev.sallyport.core.rebuild.RedirectTarget;
import java.util.List;

/**
 * A compiled route: what to do with the exchanges that matched it.
 *
 * @param metric the index of the route's counters; the same over reloads
 * @param retries how many other endpoints may be asked when that is safe
 * @param times how long its exchanges may take
 * @param stripPrefix segments of the path to remove before forwarding; 0 for none
 */
public record Route(
        String name,
        int metric,
        List<NamedFilter> filters,
        Action action,
        int retries,
        Times times,
        int stripPrefix,
        HostHeader hostHeader) {
    public Route {
        filters = List.copyOf(filters);
    }

    /** How many bytes of the path are not forwarded: its first segments with their parameters. */
    public int stripped(RequestHead head) {
        byte[] bytes = head.bytes();
        int from = head.pathOffset();
        int end = from + head.pathLength();
        int at = from;
        for (int left = stripPrefix; left > 0 && at < end; left--) {
            at++;
            while (at < end && bytes[at] != '/') {
                at++;
            }
        }
        return at - from;
    }

    /**
     * Timeouts in nanoseconds.
     *
     * @param response from the request's end to the response's head
     * @param progress without a byte moved in a body
     * @param tunnelIdle without a byte in a tunnel
     */
    public record Times(long response, long progress, long tunnelIdle) {}

    /** A filter and the name that logs show for it. */
    public record NamedFilter(String name, Filter filter) {}

    /** Which {@code Host} the endpoint sees. */
    public sealed interface HostHeader {
        /** The one the client sent, in canonical form. */
        record Keep() implements HostHeader {}

        /** The endpoint's own authority. */
        record Endpoint() implements HostHeader {}

        /** A fixed one. */
        record Literal(byte[] authority) implements HostHeader {}
    }

    /** What the route does once its filters agreed. */
    public sealed interface Action {
        record Forward(Upstream upstream) implements Action {}

        record Redirect(int status, RedirectTarget target) implements Action {
            private static final byte[] LOCATION = "location".getBytes(US_ASCII);
            private static final byte[] NOTHING = new byte[0];

            Answer answer(RequestHead head) {
                Answer.Line location = new Answer.Line(LOCATION, target.location(head));
                return new Answer(status, "redirect", List.of(location), null, NOTHING);
            }
        }

        record Respond(Answer answer) implements Action {}
    }
}
