package dev.sallyport.config.audit.seen;

import java.util.List;

/** What one compose file says, with those that are merged with it; or all that an engine runs. */
public record Project(String name, List<Service> services, List<Network> networks) {
    public Project {
        services = List.copyOf(services);
        networks = List.copyOf(networks);
    }
}
