package dev.sallyport.acme.ondemand;

import java.util.Locale;

/** What became of a hello for a name without a certificate; few, so that they label a metric. */
public enum Decision {
    /** An order was begun for it. */
    ORDERED,
    /** It waits for an order that is under way. */
    JOINED,
    /** The name has a form that no authority certifies, or is an address. */
    BAD_NAME,
    /** Others register names below it, or the list of such names cannot be read. */
    PUBLIC_SUFFIX,
    /** No route of a TLS listener leads anywhere from it. */
    NO_ROUTE,
    /** It is not in the list. */
    NOT_LISTED,
    /** The service that is asked said no. */
    DENIED,
    /** The service that is asked did not answer. */
    UNANSWERED,
    /** DNS leads elsewhere from it than {@code resolves-to} says, or nowhere. */
    RESOLVES_ELSEWHERE,
    /** DNS did not tell where it leads. */
    UNRESOLVED,
    /** Too many handshakes wait, or too many names are asked about. */
    BUSY,
    /** Too many new names in this minute or hour. */
    TOO_MANY_NEW,
    /** As many names as may be have one. */
    FULL,
    /** Another process on the folder orders. */
    NOT_OWNER,
    /** The last effort for it failed, not long ago. */
    FAILED,
    /** The disk refuses. */
    STORAGE;

    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether the same client would fare no better for a while. */
    boolean isRemembered() {
        return switch (this) {
            case DENIED, FAILED, PUBLIC_SUFFIX, RESOLVES_ELSEWHERE -> true;
            default -> isPassing();
        };
    }

    /** Whether nobody said no: an answer that did not come may come soon. */
    boolean isPassing() {
        return this == UNANSWERED || this == UNRESOLVED;
    }
}
