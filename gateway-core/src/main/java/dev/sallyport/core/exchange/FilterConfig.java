package dev.sallyport.core.exchange;

import dev.sallyport.config.model.FilterSettings;

/** Settings of a filter that know how to make it: a filter's nested {@code Config} record. */
public interface FilterConfig extends FilterSettings {
    /**
     * Makes the filter; called once for each route that lists it, on a control thread.
     *
     * @throws IllegalArgumentException when what the settings name cannot be used: the route is
     *     closed
     */
    Filter create();
}
