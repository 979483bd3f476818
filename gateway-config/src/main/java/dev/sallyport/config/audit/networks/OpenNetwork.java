package dev.sallyport.config.audit.networks;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.Network;
import dev.sallyport.config.audit.seen.Service;
import java.util.List;

/** A network of applications with a way out. */
public final class OpenNetwork implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D201",
                Severity.MEDIUM,
                "a network of applications is not internal",
                "Containers on it reach the internet and are reached by neighbours that route to "
                        + "them. What was broken into loads its tools and sends its loot by this way.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var network : estate.networks().values()) {
            var others =
                    estate.on(network.name()).stream()
                            .filter(each -> !estate.isEdge(each))
                            .toList();
            if (network.isElsewhere()
                    || network.isInternal()
                    || network.isOnWire()
                    || others.isEmpty()
                    || !estate.hasEdge(network.name())) {
                continue;
            }
            findings.add(
                    network.place(),
                    "network " + network.name(),
                    "internal",
                    network.key() + " joins the edge with " + names(others) + " and has a way out",
                    change(network));
        }
    }

    private static String change(Network network) {
        return network.key().equals("default")
                ? "give each application a network of its own: networks: {app: {internal: true}},"
                        + " and name it in both services"
                : "write internal: true under networks." + network.key();
    }

    private static String names(List<Service> services) {
        return String.join(", ", services.stream().map(Service::name).toList());
    }
}
