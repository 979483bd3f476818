package dev.sallyport.core.tunnel;

/** Told once, on the loop, when a tunnel has ended and both channels are being closed. */
@FunctionalInterface
public interface TunnelEnd {

    /** {@code up} bytes went from downstream to upstream, {@code down} the other way. */
    void ended(long up, long down, Ending ending);
}
