package dev.sallyport.config.audit.networks;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.Membership;
import dev.sallyport.config.audit.seen.Service;
import dev.sallyport.config.audit.seen.Setting;
import java.util.List;

/** A name on a network that belongs to another service there. */
public final class TakenName implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D209",
                Severity.HIGH,
                "a service answers to the name of another",
                "Both answer then, and the engine's DNS gives out either: requests, with their "
                        + "passwords, go to the wrong container. Sallyport routes by address and is not "
                        + "fooled; others on the network are.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            for (var membership : service.networks()) {
                for (var name : NamesOn.of(service, membership)) {
                    for (var other : estate.on(membership.network())) {
                        if (!other.is(service) && isTaken(service, other, name, membership)) {
                            findings.add(
                                    name.place(),
                                    service.title(),
                                    name.value(),
                                    service.name()
                                            + " answers to "
                                            + name.value()
                                            + ", the name of "
                                            + other.title(),
                                    "remove "
                                            + name.value()
                                            + " from "
                                            + service.name()
                                            + ", or rename one of them");
                        }
                    }
                }
            }
        }
    }

    /** Replicas and fellows of a project may share an alias; nobody shares a name. */
    private static boolean isTaken(
            Service service, Service other, Setting name, Membership membership) {
        if (isAmong(other.names(), name)) {
            return !isAmong(service.names(), name) || !service.project().equals(other.project());
        }
        return !service.project().equals(other.project())
                && other.networks().stream()
                        .filter(each -> each.network().equals(membership.network()))
                        .anyMatch(each -> isAmong(each.aliases(), name));
    }

    private static boolean isAmong(List<Setting> names, Setting name) {
        return names.stream().anyMatch(each -> each.value().equalsIgnoreCase(name.value()));
    }
}
