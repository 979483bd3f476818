package dev.sallyport.config.audit.ports;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Engine;
import dev.sallyport.config.audit.seen.Estate;

/** Published ports where UFW is on and is not asked. */
public final class UfwBypassed implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D105",
                Severity.HIGH,
                "UFW does not see what the engine publishes",
                "The engine forwards published ports before UFW looks: with \"ufw deny\" they are"
                        + " open on every version of Docker.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        var engine = estate.engine();
        if (engine == null || !engine.isUfwOn() || engine.isUfwAware()) {
            return;
        }
        for (var service : estate.services()) {
            for (var port : service.ports()) {
                if (!port.isLoopback() && !estate.isEdge(service)) {
                    findings.add(
                            port.place(),
                            service.title(),
                            port.target(),
                            port.listening() + " is open whatever UFW says",
                            change(engine));
                }
            }
        }
    }

    private static String change(Engine engine) {
        return engine.isPodman()
                ? "remove the port; or apply what \"sallyport firewall --nft\" prints"
                : "remove the port; or append what \"sallyport firewall --ufw\" prints to"
                        + " /etc/ufw/after.rules and run \"ufw reload\"";
    }
}
