package dev.sallyport.config.audit.rights;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import java.util.Locale;
import java.util.Set;

/** A capability that leads to the host. */
public final class BroadCapability implements Rule {
    private static final Set<String> BROAD =
            Set.of(
                    "ALL",
                    "BPF",
                    "DAC_READ_SEARCH",
                    "NET_ADMIN",
                    "SYS_ADMIN",
                    "SYS_BOOT",
                    "SYS_MODULE",
                    "SYS_PTRACE",
                    "SYS_RAWIO");

    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D402",
                Severity.HIGH,
                "a container has a capability that leads to its host",
                "With one of these a process leaves its container, or reads and changes what "
                        + "others on the host do.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            for (var each : service.all("cap_add")) {
                var name = each.value().toUpperCase(Locale.ROOT).replaceFirst("^CAP_", "");
                if (BROAD.contains(name)) {
                    findings.add(
                            each.place(),
                            service.title(),
                            name,
                            service.name() + " has " + name,
                            "remove " + each.value() + " from cap_add");
                }
            }
        }
    }
}
