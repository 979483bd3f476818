package dev.sallyport.core.admission;

import dev.sallyport.config.model.FilterSettings;

/** Settings of a filter that can judge connections too. */
public interface ConnectionFilterConfig extends FilterSettings {
    /**
     * Makes the filter; called once for each route that lists it, on a control thread.
     *
     * @throws IllegalArgumentException when what the settings name cannot be used: the route is
     *     closed
     */
    ConnectionFilter createForConnections();

    @Override
    default boolean fitsConnections() {
        return true;
    }
}
