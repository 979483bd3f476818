package dev.sallyport.config.audit;

import dev.sallyport.config.audit.seen.Engine;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.Membership;
import dev.sallyport.config.audit.seen.Network;
import dev.sallyport.config.audit.seen.PublishedPort;
import dev.sallyport.config.audit.seen.Service;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who can open a connection to which port, by what engines were measured to do. */
public final class Reachability {
    /** Everybody who reaches an address of the host. */
    public static final String LAN = "LAN";

    /** A process of the host. */
    public static final String HOST = "host";

    /** A way that engines closed with Docker 28. */
    public static final String OLD = "by the container's address, before Docker 28";

    private static final String ANY = "any port";
    private static final int FIRST_ISOLATED = 27;

    private final Estate estate;
    private final Map<String, Network> networks;

    private Reachability(Estate estate) {
        this.estate = estate;
        this.networks = estate.networks();
    }

    /**
     * One port.
     *
     * @param service whose it is
     * @param port such as {@code 80/tcp}
     * @param from who reaches it, each with the way it goes
     */
    public record Row(String service, String port, Map<String, String> from) {}

    /** A row for each port that is known, or for all of a service together. */
    public static List<Row> of(Estate estate) {
        var reachability = new Reachability(estate);
        var rows = new ArrayList<Row>();
        for (var service : estate.services()) {
            var ports = service.knownPorts();
            for (var port : ports.isEmpty() ? List.of(ANY) : ports) {
                rows.add(reachability.row(service, port));
            }
        }
        return rows;
    }

    private Row row(Service target, String port) {
        var from = new LinkedHashMap<String, String>();
        put(from, LAN, fromLan(target, port));
        put(from, HOST, fromHost(target, port));
        for (var other : estate.services()) {
            if (!other.is(target)) {
                put(from, other.title(), fromService(other, target, port));
            }
        }
        return new Row(target.title(), port, from);
    }

    private static void put(Map<String, String> from, String who, @Nullable String way) {
        if (way != null) {
            from.put(who, way);
        }
    }

    private @Nullable String fromLan(Service target, String port) {
        if (target.networkMode().equals("host")) {
            return "network of the host";
        }
        for (var each : memberships(target)) {
            var network = networks.get(each.network());
            if (network != null && network.isOnWire()) {
                return network.driver() + " " + network.name();
            }
        }
        var open = published(target, port, false);
        if (open != null) {
            return open.listening();
        }
        Engine engine = estate.engine();
        return published(target, port, true) == null || (engine != null && engine.closesDirectWay())
                ? null
                : OLD;
    }

    private @Nullable String fromHost(Service target, String port) {
        if (target.networkMode().equals("host")) {
            return "network of the host";
        }
        var open = published(target, port, false);
        var local = open == null ? published(target, port, true) : open;
        if (local != null) {
            return local.listening();
        }
        for (var each : memberships(target)) {
            if (isOpenToHost(networks.get(each.network()))) {
                return "bridge " + each.network();
            }
        }
        return null;
    }

    private @Nullable String fromService(Service other, Service target, String port) {
        if (other.networkMode().equals("host")) {
            return fromHost(target, port);
        }
        for (var each : memberships(other)) {
            var network = networks.get(each.network());
            boolean isShared =
                    memberships(target).stream()
                            .anyMatch(own -> own.network().equals(each.network()));
            if (isShared && (network == null || network.isTalkative())) {
                return "network " + each.network();
            }
        }
        var open = published(target, port, false);
        boolean isOnHost = target.networkMode().equals("host");
        boolean reachesHost =
                memberships(other).stream()
                        .anyMatch(each -> isOpenToHost(networks.get(each.network())));
        if (!reachesHost || (open == null && !isOnHost)) {
            return null;
        }
        return open == null ? "network of the host" : "by the host, " + open.listening();
    }

    /** Networks of a service, or of the one whose it uses. */
    private List<Membership> memberships(Service service) {
        var mode = service.networkMode();
        int colon = mode.indexOf(':');
        if (colon < 0) {
            return service.networks();
        }
        var name = mode.substring(colon + 1);
        for (var other : estate.services()) {
            if (other.project().equals(service.project())
                    && other.names().stream().anyMatch(each -> each.value().equals(name))) {
                return other.networks();
            }
        }
        return List.of();
    }

    /** Internal or not, the host is on every bridge that is not isolated from it. */
    private boolean isOpenToHost(@Nullable Network network) {
        if (network == null) {
            return true;
        }
        if (network.isOnWire() || network.isOverlay()) {
            return false;
        }
        Engine engine = estate.engine();
        boolean isIgnored =
                network.isGatewayOnHost()
                        || (engine != null
                                && engine.major() > 0
                                && engine.major() < FIRST_ISOLATED);
        return !(network.isInternal() && network.asksForIsolation()) || isIgnored;
    }

    private static @Nullable PublishedPort published(
            Service service, String port, boolean isLoopback) {
        for (var each : service.ports()) {
            if (each.target().equals(port) && each.isLoopback() == isLoopback) {
                return each;
            }
        }
        return null;
    }
}
