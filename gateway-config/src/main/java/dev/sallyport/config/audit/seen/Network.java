package dev.sallyport.config.audit.seen;

import dev.sallyport.config.model.problem.Place;
import java.util.Map;

/**
 * A network of containers.
 *
 * @param name as the engine knows it
 * @param key as its compose file calls it; the name where there is none
 * @param isElsewhere whether what it is like is said elsewhere: an external one
 * @param bridge the host's interface of it; empty when not known
 * @param isGatewayOnHost whether the host was seen to have an address on it
 */
public record Network(
        String name,
        String key,
        Place place,
        boolean isElsewhere,
        boolean isInternal,
        String driver,
        Map<String, String> options,
        String bridge,
        boolean isGatewayOnHost) {
    private static final String MODE = "com.docker.network.bridge.gateway_mode_ipv";

    public Network {
        options = Map.copyOf(options);
    }

    public boolean isOverlay() {
        return driver.equals("overlay");
    }

    /** Whether its containers are on a network of the host itself. */
    public boolean isOnWire() {
        return driver.equals("macvlan") || driver.equals("ipvlan");
    }

    /** Whether it asks that host and containers be kept apart. */
    public boolean asksForIsolation() {
        return "isolated".equals(options.get(MODE + "4"))
                || "isolated".equals(options.get(MODE + "6"));
    }

    /** Whether containers on it may speak with each other. */
    public boolean isTalkative() {
        return !"false".equals(options.get("com.docker.network.bridge.enable_icc"));
    }
}
