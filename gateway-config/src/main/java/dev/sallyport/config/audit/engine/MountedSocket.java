package dev.sallyport.config.audit.engine;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;

/** The socket of the engine in a container other than the guard. */
public final class MountedSocket implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D301",
                Severity.CRITICAL,
                "the socket of the engine is in a container",
                "Who may connect to it is root on the host: it starts a privileged container. A "
                        + "mount that is \":ro\" is no protection, as connecting writes no file.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            for (var mount : service.mounts()) {
                if (Sockets.isWithin(mount) && !service.isGuard() && !Sockets.isProxy(service)) {
                    findings.add(
                            mount.place(),
                            service.title(),
                            mount.target(),
                            service.name()
                                    + " holds the socket of the engine"
                                    + (mount.isReadOnly() ? "; \":ro\" does not help" : ""),
                            "remove \""
                                    + mount.written()
                                    + "\"; let sallyport guard, which has no network, tell what is needed");
                }
            }
        }
    }
}
