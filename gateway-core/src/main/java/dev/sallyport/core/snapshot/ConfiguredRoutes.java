package dev.sallyport.core.snapshot;

import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.Listener;
import dev.sallyport.config.model.Route;
import dev.sallyport.config.model.RouteMatch;
import dev.sallyport.core.match.RouteEntry;
import dev.sallyport.core.match.RouteTable;
import java.util.ArrayList;
import java.util.List;

/** The routes of a configuration as a table of their settings: for questions, not for traffic. */
public final class ConfiguredRoutes {
    private ConfiguredRoutes() {}

    /** The same table as a snapshot's, but for what it leads to. */
    public static RouteTable<Route> table(GatewayConfig config) {
        List<RouteEntry<Route>> entries = new ArrayList<>();
        for (Route settings : config.routes()) {
            entries.add(entry(settings, settings));
        }
        List<String> listeners = new ArrayList<>();
        for (Listener listener : config.listeners()) {
            listeners.add(listener.name());
        }
        return RouteTable.create(entries, listeners, 0);
    }

    /** What a request must be like for this route. */
    static <T> RouteEntry<T> entry(Route settings, T payload) {
        RouteMatch match = settings.match();
        return new RouteEntry<>(
                settings.name(),
                Matching.hosts(match),
                Matching.path(match.path()),
                match.methods(),
                Matching.values(match.headers()),
                Matching.values(match.query()),
                Matching.clients(match.client()),
                match.listeners(),
                payload);
    }
}
