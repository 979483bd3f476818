package dev.sallyport.core.upstream.h2;

import dev.sallyport.core.upstream.place.Place;

/** Where HTTP/2 connections to one endpoint are kept. */
public interface LinkOwner extends Place {
    /** Whether the connection, which has no exchange any more, is kept for the next one. */
    boolean keeps(Http2Link link);

    /** The connection takes no further exchange. */
    void left(Http2Link link);
}
