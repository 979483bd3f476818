package dev.sallyport.config.provider;

/**
 * A source of configuration. The feed reads it as a whole at start, after each change, and when
 * asked to; it never reads one provider on two threads at a time.
 */
public interface Provider {
    /** What logs and {@code status} call it. */
    String name();

    /** All this source has now. What is wrong with it is told in the fragment, not thrown. */
    Fragment read();

    /**
     * Blocks until the source may hold something else than the last {@link #read} saw, and has come
     * to rest. Called on another thread than read may be.
     */
    void awaitChange() throws InterruptedException;
}
