package dev.sallyport.config.model;

/**
 * Settings of one filter. Implemented by the records of the filters themselves, each {@link
 * dev.sallyport.config.model.setting.Named} as it is written in a route.
 */
public interface FilterSettings {
    /** Whether it lets in clients with certificates alone, so that a listener must ask for them. */
    default boolean needsClientCertificate() {
        return false;
    }

    /** Whether the filter can judge a connection without a request in it. */
    default boolean fitsConnections() {
        return false;
    }
}
