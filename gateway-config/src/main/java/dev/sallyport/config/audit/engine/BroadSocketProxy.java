package dev.sallyport.config.audit.engine;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import java.util.Set;

/** A proxy of the engine's socket that lets too much through. */
public final class BroadSocketProxy implements Rule {
    private static final Set<String> BROAD =
            Set.of(
                    "POST",
                    "CONTAINERS",
                    "EXEC",
                    "IMAGES",
                    "VOLUMES",
                    "BUILD",
                    "SECRETS",
                    "ALLOW_START",
                    "ALLOW_STOP",
                    "ALLOW_RESTARTS");

    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D303",
                Severity.HIGH,
                "a socket proxy lets too much through",
                "With containers allowed, GET /containers/ID/archive reads any file of any "
                        + "container and /json gives every environment; POST starts a privileged container.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            if (!Sockets.isProxy(service)) {
                continue;
            }
            var on =
                    service.environment().stream()
                            .filter(each -> each.switchedOn() && BROAD.contains(each.name()))
                            .toList();
            for (var each : on) {
                findings.add(
                        each.name().equals("CONTAINERS") || each.name().equals("SECRETS")
                                ? Severity.HIGH
                                : Severity.CRITICAL,
                        each.place(),
                        service.title(),
                        each.name(),
                        service.name() + " lets " + each.name() + " through to the engine",
                        "remove "
                                + each.name()
                                + "; sallyport guard tells names, state and addresses, and nothing else");
            }
            if (service.words().stream().anyMatch(BroadSocketProxy::isBroadWord)) {
                findings.add(
                        service.place(),
                        service.title(),
                        "command",
                        service.name() + " lets patterns of everything through to the engine",
                        "replace it by sallyport guard");
            }
        }
    }

    private static boolean isBroadWord(String word) {
        return word.startsWith("-allow") && word.contains(".*");
    }
}
