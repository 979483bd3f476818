package dev.sallyport.config.audit.engine;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Engine;
import dev.sallyport.config.audit.seen.Estate;

/** Whether an engine runs as root. */
public final class RootEngine implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D305",
                Severity.NOTE,
                "the engine runs as root, or hides clients' addresses",
                "Out of a container of an engine that runs as root one is root on the host. A "
                        + "rootless engine is not that, but its edge sees every client at one private "
                        + "address, so limits for each client count all as one.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        var engine = estate.engine();
        if (engine != null) {
            findings.add(
                    engine.place(),
                    "engine",
                    "rootless",
                    engine.isRootless()
                            ? engine.title() + " is rootless: every client shares one address"
                            : engine.title() + " runs as root",
                    engine.isRootless()
                            ? "run the edge outside of it, or with a driver of ports that keeps"
                                    + " addresses (slirp4netns)"
                            : asUser(engine));
        }
    }

    private static String asUser(Engine engine) {
        return engine.isPodman()
                ? "run its containers as an ordinary user, or with --userns=auto"
                : "consider rootless mode, or userns-remap in /etc/docker/daemon.json";
    }
}
