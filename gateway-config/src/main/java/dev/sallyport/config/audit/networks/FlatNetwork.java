package dev.sallyport.config.audit.networks;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.Service;

/** Several applications on one network. */
public final class FlatNetwork implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D205",
                Severity.MEDIUM,
                "applications share one network",
                "On one network everybody reaches every port of everybody: a hole in one "
                        + "application is a way into all.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var network : estate.networks().values()) {
            var routed =
                    estate.on(network.name()).stream()
                            .filter(each -> each.isRouted() && !estate.isEdge(each))
                            .toList();
            long projects = routed.stream().map(Service::project).distinct().count();
            if (routed.size() > 1 && projects == 1) {
                var names = String.join(", ", routed.stream().map(Service::name).toList());
                findings.add(
                        network.place(),
                        "network " + network.name(),
                        "applications",
                        network.key() + " joins " + names,
                        "give each its own: networks: {"
                                + routed.getLast().name()
                                + ": {internal: true}}, with "
                                + routed.getLast().name()
                                + " and the edge on it alone");
            }
        }
    }
}
