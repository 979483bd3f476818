package dev.sallyport.core.snapshot;

import dev.sallyport.config.model.FilterSettings;
import dev.sallyport.config.model.Upstream;
import dev.sallyport.core.admission.ConnectionFilter;
import dev.sallyport.core.admission.OpenCount;
import dev.sallyport.core.exchange.Filter;
import dev.sallyport.core.upstream.HttpUpstream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What runs and keeps something while it does: buckets of filters, pools and health of upstreams.
 * Equal settings in the same place keep the same leaf over a reload.
 */
record Leaves(
        Map<FilterPlace, Filter> filters,
        Map<Upstream, HttpUpstream> upstreams,
        Map<FilterPlace, ConnectionFilter> relayFilters,
        Map<String, OpenCount> relayCounts) {
    static final Leaves NONE = new Leaves(Map.of(), Map.of(), Map.of(), Map.of());

    /** Where a filter stands, and what it was made of. */
    record FilterPlace(String route, int position, FilterSettings settings) {}

    Leaves {
        filters = Map.copyOf(filters);
        upstreams = Map.copyOf(upstreams);
        relayFilters = Map.copyOf(relayFilters);
        relayCounts = Map.copyOf(relayCounts);
    }

    @Nullable Filter find(FilterPlace place) {
        return filters.get(place);
    }

    @Nullable HttpUpstream find(Upstream settings) {
        return upstreams.get(settings);
    }
}
