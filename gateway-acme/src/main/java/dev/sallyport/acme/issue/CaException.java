package dev.sallyport.acme.issue;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Why an authority did not do what it was asked, in its own words, and what that calls for. */
public final class CaException extends Exception {
    private static final long serialVersionUID = 1;

    /** What kind of failure it is; each has its own way of trying again. */
    public enum Kind {
        /** No answer, or none that makes sense: the authority or the way to it is broken. */
        NETWORK("network"),
        /** Too much was asked. */
        RATE_LIMITED("rate-limited"),
        /** A name could not be proven. */
        VALIDATION("validation"),
        /** The account is not known there. */
        ACCOUNT("account"),
        /** The order is not known there, or came to nothing. */
        ORDER("order"),
        /** Our own side: the store, a solver, the clock. */
        LOCAL("local"),
        /** Nothing will change until a person does something. */
        HUMAN("human");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** One word for logs, metrics and people. */
        public String word() {
            return word;
        }
    }

    private final Kind kind;
    private final transient @Nullable Instant retryAfter;

    public CaException(Kind kind, String message) {
        this(kind, message, null, null);
    }

    public CaException(
            Kind kind, String message, @Nullable Instant retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    public Kind kind() {
        return kind;
    }

    /** When the authority wants to be asked again, by our clock. */
    public @Nullable Instant retryAfter() {
        return retryAfter;
    }
}
