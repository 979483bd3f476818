package dev.sallyport.config.check.rule;

import dev.sallyport.config.model.GatewayConfig;

/** One thing looked at across the whole configuration. */
@FunctionalInterface
public interface Rule {
    public void check(GatewayConfig config, Report report);
}
