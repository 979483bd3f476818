package dev.sallyport.core.snapshot;

import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.Listener;
import dev.sallyport.config.model.RelayRoute;
import dev.sallyport.core.admission.OpenCount;
import dev.sallyport.core.relay.RelayFilters;
import dev.sallyport.core.relay.TcpClaims;
import dev.sallyport.core.relay.TcpClaims.Claim;
import dev.sallyport.core.relay.TcpRoute;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The TCP routes of a configuration by the same look-up as a snapshot's: for questions. */
public final class ConfiguredRelays {
    private ConfiguredRelays() {}

    /**
     * Whose a hello is.
     *
     * @param route null when it is no TCP route's
     * @param isRequests whether a route of requests names it
     */
    public record Answer(RelayRoute.@Nullable Tcp route, boolean isRequests) {}

    /** Who a hello on a listener belongs to. */
    public static Answer ofHello(
            GatewayConfig config, Listener listener, String serverName, List<String> offered) {
        Claim claim = claims(config, listener).hellos().find(serverName, offered);
        return switch (claim) {
            case null -> new Answer(null, false);
            case Claim.Requests _ -> new Answer(null, true);
            case Claim.Connections(TcpRoute route) -> new Answer(find(config, route.name()), false);
        };
    }

    /** The route of every connection of a plain listener; null when there is none. */
    public static RelayRoute.@Nullable Tcp all(GatewayConfig config, Listener listener) {
        TcpRoute all = claims(config, listener).all();
        return all == null ? null : find(config, all.name());
    }

    private static RelayRoute.@Nullable Tcp find(GatewayConfig config, String name) {
        for (RelayRoute.Tcp route : config.tcpRoutes()) {
            if (route.name().equals(name)) {
                return route;
            }
        }
        return null;
    }

    private static TcpClaims claims(GatewayConfig config, Listener listener) {
        return RelayCompiler.claims(config, listener, (settings, _) -> stub(settings));
    }

    /** What the look-up needs, and nothing that runs. */
    private static TcpRoute stub(RelayRoute.Tcp settings) {
        return new TcpRoute(
                settings.name(),
                0,
                settings.tls() == RelayRoute.Tcp.Tls.PASSTHROUGH,
                settings.alpn(),
                new RelayFilters(List.of()),
                null,
                0,
                0,
                0,
                0,
                new OpenCount());
    }
}
