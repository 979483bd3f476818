package dev.sallyport.config.audit.ports;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.PublishedPort;
import dev.sallyport.config.audit.seen.Service;

/** A port at loopback, which engines before 28 let neighbours reach all the same. */
public final class LoopbackPort implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D102",
                Severity.MEDIUM,
                "a port at loopback can be reached past loopback",
                "Engines before 28 answer a neighbour on the LAN who addresses the container "
                        + "itself; publishing at 127.0.0.1 does not close that way. Every process of the "
                        + "host reaches it in any case.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        var engine = estate.engine();
        if (engine != null && engine.closesDirectWay()) {
            return;
        }
        for (var service : estate.services()) {
            for (var port : service.ports()) {
                if (!estate.isEdge(service) && port.isLoopback()) {
                    findings.add(
                            port.place(),
                            service.title(),
                            port.target(),
                            "publishes "
                                    + port.target()
                                    + " at "
                                    + port.listening()
                                    + "; engines before 28 leave the container's address open to the"
                                    + " LAN",
                            change(service, port));
                }
            }
        }
    }

    private static String change(Service service, PublishedPort port) {
        var instead =
                KnownStores.find(port, service) == null
                        ? " and route to it with sallyport.host"
                        : "; services on its networks reach "
                                + service.name()
                                + ":"
                                + port.port()
                                + " without it";
        return "remove \""
                + port.written()
                + "\" from its ports"
                + instead
                + "; or run Docker 28 or later (until then, sallyport firewall closes it)";
    }
}
