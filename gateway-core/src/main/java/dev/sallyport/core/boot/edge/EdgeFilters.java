package dev.sallyport.core.boot.edge;

import dev.sallyport.config.model.FilterTypes;
import java.util.List;

/** The filters an operator may name; the one place where the list is taken from. */
public final class EdgeFilters {
    private EdgeFilters() {}

    public static FilterTypes types() {
        return FilterTypes.of(List.of());
    }
}
