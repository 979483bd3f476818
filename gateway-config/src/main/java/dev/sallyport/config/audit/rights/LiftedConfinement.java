package dev.sallyport.config.audit.rights;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import java.util.Set;

/** A container whose confinement is switched off. */
public final class LiftedConfinement implements Rule {
    private static final Set<String> OFF =
            Set.of(
                    "seccomp:unconfined",
                    "apparmor:unconfined",
                    "label:disable",
                    "systempaths:unconfined",
                    "no-new-privileges:false");

    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D405",
                Severity.MEDIUM,
                "the confinement of a container is switched off",
                "The filters of system calls and the rules of AppArmor or SELinux are what stops "
                        + "most ways out of a container.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            for (var each : service.all("security_opt")) {
                var value = each.value().replace('=', ':');
                if (OFF.contains(value)) {
                    findings.add(
                            each.place(),
                            service.title(),
                            value,
                            service.name() + " runs with " + each.value(),
                            "remove " + each.value() + " from security_opt");
                }
            }
        }
    }
}
