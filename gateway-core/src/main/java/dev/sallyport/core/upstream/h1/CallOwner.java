package dev.sallyport.core.upstream.h1;

import dev.sallyport.core.http.HeadWriter;
import dev.sallyport.core.upstream.place.Place;

/** Where HTTP/1.1 connections to one endpoint idle. */
public interface CallOwner extends Place {
    HeadWriter headWriter();

    /** Whether the connection, whose exchange is over, is kept; it is then taken for the next. */
    boolean keeps(Http1Call call);

    /** A connection that idles is of no more use. */
    void left(Http1Call call);
}
