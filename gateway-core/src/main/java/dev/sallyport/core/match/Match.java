package dev.sallyport.core.match;

import java.util.List;
import java.util.TreeSet;

/** The answer of a look-up: the route, or the reason there is none. */
public sealed interface Match<T> {

    /** Whether no later candidate can change this answer. */
    default boolean isFinal() {
        return this instanceof Found || this instanceof PathTooLong;
    }

    /** The route the request belongs to. */
    record Found<T>(RouteEntry<T> entry) implements Match<T> {
        public T payload() {
            return entry.payload();
        }
    }

    /** No route of this listener names the host. */
    record UnknownHost<T>() implements Match<T> {}

    /** The host is known, and no route for it fits. */
    record NoRoute<T>() implements Match<T> {}

    /**
     * The path is too long for a regular expression that had to be tried next; to be answered 414.
     * Falling through to a less specific route instead would let whoever pads a path choose it.
     */
    record PathTooLong<T>() implements Match<T> {}

    /**
     * Routes fit but for their methods; {@code allow} is what RFC 9110 10.2.1 wants named, sorted.
     */
    record MethodNotAllowed<T>(List<String> allow) implements Match<T> {
        public MethodNotAllowed {
            allow = List.copyOf(allow);
        }

        MethodNotAllowed<T> and(MethodNotAllowed<T> other) {
            if (allow.containsAll(other.allow)) {
                return this;
            }
            var all = new TreeSet<>(allow);
            all.addAll(other.allow);
            return new MethodNotAllowed<>(List.copyOf(all));
        }
    }
}
