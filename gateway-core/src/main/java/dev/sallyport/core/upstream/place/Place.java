package dev.sallyport.core.upstream.place;

import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.loop.Loop;

/** The endpoint that a connection leads to, as one loop sees it, and what the loop lends. */
public interface Place {
    Loop loop();

    /** The endpoint's address as shown in logs. */
    String endpoint();

    /** The value of a Host field or an {@code :authority} made for the endpoint. */
    byte[] authority();

    boolean isSecure();

    /** Limits of response heads and trailers. */
    HeadLimits responseLimits();

    /** How long a connection without exchanges is kept. */
    long idleNanos();

    /** Lends a head; given back by {@link #returnHead}. */
    ResponseHead takeHead();

    void returnHead(ResponseHead head);

    /** An exchange begins on one of the connections. */
    void began();

    /** An exchange is over, however it ended. */
    void ended();

    /** An exchange ended with a whole response; {@code status} as the client saw it. */
    void responded(int status);

    /** An exchange, or what all of them on a connection share, failed. */
    void failed(ProxyError error);

    /** An exception on a loop is a bug of ours. */
    void bug(Throwable cause);
}
