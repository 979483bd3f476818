package dev.sallyport.config.audit.rights;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import java.util.List;

/** A container in a namespace of its host. */
public final class HostNamespace implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D403",
                Severity.HIGH,
                "a container shares processes, memory or users with its host",
                "It sees the processes of the host with their environments, or their memory, and "
                        + "can end or change them.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            for (var key : List.of("pid", "ipc", "uts", "cgroup", "userns_mode")) {
                var setting = service.find(key);
                if (setting != null && setting.value().equals("host")) {
                    findings.add(
                            setting.place(),
                            service.title(),
                            key,
                            service.name() + " is in the host's namespace: " + key,
                            "remove " + key + ": host");
                }
            }
        }
    }
}
