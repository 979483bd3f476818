package dev.sallyport.core.upstream.h2;

import io.netty.handler.codec.http2.Http2Settings;
import java.util.ArrayList;
import java.util.List;

/** What the endpoint of one connection says it takes there (RFC 9113 6.5, RFC 8441 3). */
public final class Offer {
    private final List<Runnable> waiting = new ArrayList<>(0);
    private int mostStreams = Http2Link.MOST_STREAMS;
    private boolean isKnown;
    private boolean takesWebSockets;

    Offer() {}

    /** Whether the endpoint has spoken; it does so first of all. */
    public boolean isKnown() {
        return isKnown;
    }

    /** Whether WebSockets may begin here; false while that is not known. */
    public boolean takesWebSockets() {
        return takesWebSockets;
    }

    /** Runs {@code then} once, when this is known, or the connection has ended before. */
    public void whenKnown(Runnable then) {
        waiting.add(then);
    }

    int mostStreams() {
        return mostStreams;
    }

    void received(Http2Settings settings) {
        isKnown = true;
        Long most = settings.maxConcurrentStreams();
        if (most != null) {
            mostStreams = (int) Math.min(most, Http2Link.MOST_STREAMS);
        }
        takesWebSockets |= Boolean.TRUE.equals(settings.connectProtocolEnabled());
        tell();
    }

    /** Those that wait go on, to what is known or to the reason of the connection's end. */
    void tell() {
        if (!waiting.isEmpty()) {
            List<Runnable> told = List.copyOf(waiting);
            waiting.clear();
            told.forEach(Runnable::run);
        }
    }
}
