package dev.sallyport.config.audit.engine;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.Service;

/** A guard that can be reached, or can send. */
public final class GuardOnNetwork implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D302",
                Severity.HIGH,
                "the guard is on a network",
                "The guard holds the socket of the engine. It needs no network at all; with one, "
                        + "a hole in it can be reached, and it can send away what it sees.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            if (service.isGuard() && !service.networkMode().equals("none") && !isRemote(service)) {
                var mode = service.find("network_mode");
                findings.add(
                        mode == null ? service.place() : mode.place(),
                        service.title(),
                        "network_mode",
                        service.name() + " is the guard and is on a network",
                        "write network_mode: none in place of its networks");
            }
        }
    }

    /** It tells edges of other hosts, by certificates of both sides. */
    private static boolean isRemote(Service service) {
        return service.words().stream().anyMatch(word -> word.startsWith("--listen"));
    }
}
