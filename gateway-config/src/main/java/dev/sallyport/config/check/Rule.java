package dev.sallyport.config.check;

import dev.sallyport.config.model.GatewayConfig;

/** One thing looked at across the whole configuration. */
@FunctionalInterface
interface Rule {
    void check(GatewayConfig config, Report report);
}
