package dev.sallyport.config.audit.networks;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;

/** A name of the internet on a network of containers. */
public final class DottedName implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D210",
                Severity.HIGH,
                "a container answers to a name with a dot",
                "On its networks it takes that name from whoever has it in the internet: the "
                        + "engine's DNS is asked first, and \"api.example.com\" or a certificate authority "
                        + "is this container then.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            for (var membership : service.networks()) {
                for (var name : NamesOn.of(service, membership)) {
                    if (name.value().contains(".")) {
                        findings.add(
                                name.place(),
                                service.title(),
                                name.value(),
                                service.name()
                                        + " answers to "
                                        + name.value()
                                        + " on "
                                        + estate.keyOf(membership.network()),
                                "write a name without dots, such as "
                                        + name.value().split("\\.", 2)[0]);
                    }
                }
            }
        }
    }
}
