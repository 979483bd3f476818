package dev.sallyport.config.audit.networks;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.Network;
import dev.sallyport.config.audit.seen.Service;
import dev.sallyport.config.model.problem.Place;
import java.util.List;

/** A network on which projects meet without the edge between them. */
public final class SharedByProjects implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D207",
                Severity.HIGH,
                "projects share a network",
                "Projects on one network reach all ports of each other and can take each other's "
                        + "names. The edge is meant to be the only one on both.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var network : estate.networks().values()) {
            var others =
                    estate.on(network.name()).stream()
                            .filter(each -> !estate.isEdge(each))
                            .toList();
            var projects = others.stream().map(Service::project).distinct().toList();
            if (projects.size() > 1) {
                var second =
                        others.stream()
                                .filter(each -> each.project().equals(projects.get(1)))
                                .findFirst()
                                .orElseThrow();
                findings.add(
                        placeOf(second, network),
                        "network " + network.name(),
                        "projects",
                        network.name() + " joins the projects " + names(projects),
                        "make a network for each project, such as "
                                + second.name()
                                + "_edge with internal: true, and attach the edge to each");
            }
        }
    }

    /** Containers started by hand are of none. */
    private static String names(List<String> projects) {
        return String.join(
                ", ", projects.stream().map(each -> each.isEmpty() ? "(none)" : each).toList());
    }

    private static Place placeOf(Service service, Network network) {
        for (var each : service.networks()) {
            if (each.network().equals(network.name())) {
                return each.place();
            }
        }
        return service.place();
    }
}
