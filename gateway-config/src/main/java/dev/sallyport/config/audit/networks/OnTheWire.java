package dev.sallyport.config.audit.networks;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;

/** Containers with an address of the LAN. */
public final class OnTheWire implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D204",
                Severity.HIGH,
                "containers are on the LAN itself",
                "By macvlan and ipvlan a container has an address of the LAN: all its ports are "
                        + "open to everybody there, none needs to be published, and no rule of the host is "
                        + "asked.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var network : estate.networks().values()) {
            if (network.isOnWire() && !network.isElsewhere()) {
                findings.add(
                        network.place(),
                        "network " + network.name(),
                        network.driver(),
                        network.key() + " is of the driver " + network.driver(),
                        "remove driver: "
                                + network.driver()
                                + " and write internal: true under networks."
                                + network.key());
            }
        }
    }
}
