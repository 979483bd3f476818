package dev.sallyport.config.audit.rights;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.Service;

/** An edge that may do more than it needs. */
public final class SoftEdge implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D406",
                Severity.LOW,
                "the edge may do more than it needs",
                "The edge is what the internet talks to. It writes to no file of its image and "
                        + "needs no capability: without them a hole in it leads to less.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            if (!estate.isEdge(service) || !service.imageName().equals("sallyport")) {
                continue;
            }
            require(service, service.has("read_only", "true"), "read_only: true", findings);
            require(service, service.has("cap_drop", "ALL"), "cap_drop: [ALL]", findings);
            boolean isBound =
                    service.all("security_opt").stream()
                            .anyMatch(each -> each.value().matches("no-new-privileges([:=]true)?"));
            require(service, isBound, "security_opt: [\"no-new-privileges:true\"]", findings);
        }
    }

    private static void require(Service service, boolean isMet, String setting, Findings findings) {
        if (!isMet) {
            findings.add(
                    service.place(),
                    service.title(),
                    setting.split(":", 2)[0],
                    service.name() + " is the edge, without " + setting,
                    "write " + setting);
        }
    }
}
