package dev.sallyport.config.audit.seen;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is looked at together.
 *
 * @param edges names of services that may publish ports, as the operator says; empty: to be guessed
 * @param engine the engine that runs it; null when only files were looked at
 */
public record Estate(List<Project> projects, List<String> edges, @Nullable Engine engine) {
    private static final List<String> PROXIES =
            List.of("traefik", "caddy", "haproxy", "envoy", "nginx-proxy", "nginx-proxy-manager");

    public Estate {
        projects = List.copyOf(projects);
        edges = List.copyOf(edges);
    }

    public List<Service> services() {
        var all = new ArrayList<Service>();
        projects.forEach(project -> all.addAll(project.services()));
        return all;
    }

    /** By real name; of one that several files name, what the one says that makes it. */
    public Map<String, Network> networks() {
        var all = new LinkedHashMap<String, Network>();
        for (var project : projects) {
            for (var each : project.networks()) {
                all.merge(each.name(), each, (a, b) -> a.isElsewhere() ? b : a);
            }
        }
        return all;
    }

    public @Nullable Network network(String name) {
        return networks().get(name);
    }

    /** What the file that makes a network calls it. */
    public String keyOf(String name) {
        var network = network(name);
        return network == null ? name : network.key();
    }

    public List<Service> on(String network) {
        return services().stream().filter(each -> each.isOn(network)).toList();
    }

    /**
     * Whether a service is there to publish ports: named so, or an edge of Sallyport; without one,
     * another proxy at the ports of the web.
     */
    public boolean isEdge(Service service) {
        if (!edges.isEmpty()) {
            return edges.contains(service.name())
                    || edges.contains(service.title())
                    || service.names().stream().anyMatch(each -> edges.contains(each.value()));
        }
        return services().stream().anyMatch(Estate::isOurs) ? isOurs(service) : isProxy(service);
    }

    private static boolean isOurs(Service service) {
        return service.imageName().equals("sallyport") && !service.isGuard();
    }

    private static boolean isProxy(Service service) {
        return PROXIES.contains(service.imageName())
                && service.ports().stream()
                        .anyMatch(each ->
                                each.hostPort().equals("80") || each.hostPort().equals("443"));
    }

    /** Whether an edge is on a network. */
    public boolean hasEdge(String network) {
        return on(network).stream().anyMatch(this::isEdge);
    }
}
