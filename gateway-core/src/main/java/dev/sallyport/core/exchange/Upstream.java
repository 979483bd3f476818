package dev.sallyport.core.exchange;

/** A named group of endpoints that can carry exchanges. */
public interface Upstream {
    String name();

    /** The index of this upstream's counters; the same over reloads. */
    int metric();

    /**
     * Picks an endpoint that {@code forwarding} has not tried and gets a connection to it on the
     * exchange's loop. Answers, perhaps before it returns, by {@link Forwarding#onConnected} or
     * {@link Forwarding#onFailed}. The returned handle ends the attempt while it is still
     * connecting.
     */
    Attempt open(Forwarding forwarding);

    /** An attempt that has not yet answered. */
    interface Attempt {
        /** Nothing to give up: the attempt answered before {@code open} returned. */
        Attempt SETTLED = () -> {};

        void cancel();
    }
}
