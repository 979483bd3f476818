package dev.sallyport.core.filter;

import dev.sallyport.config.model.FilterTypes;
import java.util.List;

/** The filters of the product: one line each. */
public final class BuiltInFilters {
    private BuiltInFilters() {}

    /** All of them, in the order of the reference. */
    public static FilterTypes types() {
        return FilterTypes.of(
                List.of(
                        AddressFilter.Config.class,
                        ClientCertificateFilter.Config.class,
                        RateLimitFilter.Config.class,
                        BasicAuthFilter.Config.class,
                        BodySizeFilter.Config.class,
                        HeadersFilter.Config.class,
                        SecurityHeadersFilter.Config.class,
                        GrpcWebFilter.Config.class));
    }
}
