package dev.sallyport.config.audit.networks;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;

/** A service on the network of its host. */
public final class HostNetwork implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D211",
                Severity.HIGH,
                "a service is on the network of its host",
                "All its ports are open at every address of the host, and it reaches what listens"
                        + " at 127.0.0.1 there: databases, agents, administration.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            var mode = service.find("network_mode");
            if (mode != null && mode.value().equals("host")) {
                findings.add(
                        mode.place(),
                        service.title(),
                        "network_mode",
                        service.name() + " is on the network of its host",
                        estate.isEdge(service)
                                ? "remove network_mode: host and publish \"80:80\" and \"443:443\""
                                : "remove network_mode: host and put it on an internal network");
            }
        }
        for (var network : estate.networks().values()) {
            if (network.driver().equals("host")) {
                findings.add(
                        network.place(),
                        "network " + network.name(),
                        "driver",
                        network.key() + " is the network of the host",
                        "remove driver: host");
            }
        }
    }
}
