package dev.sallyport.config.provider;

import dev.sallyport.config.model.GatewayConfig;

/**
 * A source of routes that others than the operator write, each for itself: what is wrong with one
 * is no reason to leave out another. It is asked after the configuration it adds to is known, which
 * says what may be claimed. The feed never asks one on two threads at a time.
 */
public interface Discovery {
    /** What logs and {@code status} call it. */
    String name();

    /**
     * What there is now, beside a configuration that is good by itself. Names of routes and
     * upstreams hold an {@code @}, so that they are nobody else's.
     */
    Found find(GatewayConfig base);

    /**
     * Blocks until there may be something else than the last {@link #find} saw. Called on another
     * thread than find may be.
     */
    void awaitChange() throws InterruptedException;
}
