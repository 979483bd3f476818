package dev.sallyport.core.match;

/**
 * A view of the request being matched: positions in byte arrays that the caller keeps, so that a
 * look-up copies nothing.
 *
 * <p>Everything is in the one canonical form that is also authorised, forwarded and logged: this
 * room compares bytes and repairs nothing. Valid only during the look-up; nothing of it is kept.
 */
public interface MatchInput {

    /** The array that host, path, query and method lie in. */
    byte[] bytes();

    int hostOffset();

    /**
     * Length of the canonical host as {@link HostNames} writes it, without a port; 0 when the
     * request names none.
     */
    int hostLength();

    int pathOffset();

    /** Length of the canonical path, which begins with {@code /}, or is {@code *}. */
    int pathLength();

    int queryOffset();

    /** Length of the query with its leading {@code ?}, bytes as received; 0 when there is none. */
    int queryLength();

    int methodOffset();

    int methodLength();

    /** The array that field values lie in. */
    byte[] fieldBytes();

    /**
     * The first field line of this name (lower case) whose index is greater than {@code after}, or
     * -1.
     */
    int findField(byte[] lowerName, int after);

    int fieldValueOffset(int index);

    int fieldValueLength(int index);

    /**
     * The upper 64 bits of the client's address; an IPv4 address is given as {@code
     * ::ffff:a.b.c.d}.
     */
    long clientHigh();

    long clientLow();

    /** Position of the listener in the list the table was made with. */
    int listener();
}
