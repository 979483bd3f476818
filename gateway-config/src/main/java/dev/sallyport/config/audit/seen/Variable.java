package dev.sallyport.config.audit.seen;

import dev.sallyport.config.model.problem.Place;

/**
 * A variable of a container's environment. Its value is not kept, only what kind it is of.
 *
 * @param switchedOn whether it is 1, true, yes or on
 */
public record Variable(String name, Kind kind, boolean switchedOn, Place place) {
    /** What its value is. */
    public enum Kind {
        /** Nothing, or left to whoever starts it. */
        EMPTY,
        /** A text that stands right there. */
        LITERAL,
        /** A text with a password within: {@code scheme://user:password@host}. */
        LITERAL_URL,
        /** Put in when the container is made, from a variable without a default. */
        FILLED_IN,
        /** An engine without TLS: {@code tcp://host:2375}. */
        PLAIN_ENGINE
    }
}
