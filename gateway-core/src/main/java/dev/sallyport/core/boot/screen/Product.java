package dev.sallyport.core.boot.screen;

import org.jspecify.annotations.Nullable;

/** What this is. */
public final class Product {
    private Product() {}

    /** The version; "development" when it does not run from its jar. */
    public static String version() {
        @Nullable String version = Product.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
