package dev.sallyport.config.audit.rights;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;

/** A container that may do all its host may. */
public final class Privileged implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D401",
                Severity.CRITICAL,
                "a container is privileged",
                "It has all devices and capabilities of the host: it mounts the host's disk and "
                        + "is root there.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            var privileged = service.find("privileged");
            if (privileged != null && service.has("privileged", "true")) {
                findings.add(
                        privileged.place(),
                        service.title(),
                        "privileged",
                        service.name() + " is privileged",
                        "remove privileged: true; add the one capability or device it needs");
            }
        }
    }
}
