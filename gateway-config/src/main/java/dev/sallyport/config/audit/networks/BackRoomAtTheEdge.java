package dev.sallyport.config.audit.networks;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.Service;

/** A service without a route on a network of the edge. */
public final class BackRoomAtTheEdge implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D206",
                Severity.MEDIUM,
                "a service that is not routed to is on a network of the edge",
                "Whoever breaks into the edge, or into a neighbour on that network, reaches its "
                        + "ports next. A database belongs on a network with its application alone.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        if (estate.services().stream().noneMatch(Service::isRouted)) {
            return;
        }
        for (var service : estate.services()) {
            for (var each : service.networks()) {
                if (!service.isRouted()
                        && !estate.isEdge(service)
                        && !service.isGuard()
                        && estate.hasEdge(each.network())) {
                    findings.add(
                            each.place(),
                            service.title(),
                            each.network(),
                            service.name()
                                    + " has no route and is on "
                                    + estate.keyOf(each.network())
                                    + " with the edge",
                            "put "
                                    + service.name()
                                    + " on an internal network with those that use it: networks: {"
                                    + service.name()
                                    + ": {internal: true}}");
                }
            }
        }
    }
}
