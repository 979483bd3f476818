package dev.sallyport.config.audit.networks;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;

/** An overlay that sends in clear. */
public final class PlainOverlay implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D208",
                Severity.MEDIUM,
                "an overlay network is not encrypted",
                "Between hosts an overlay goes as VXLAN in clear: whoever is on the wire reads "
                        + "it, and can send into it.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var network : estate.networks().values()) {
            var encrypted = network.options().get("encrypted");
            if (network.isOverlay()
                    && !network.isElsewhere()
                    && (encrypted == null || encrypted.equals("false"))) {
                findings.add(
                        network.place(),
                        "network " + network.name(),
                        "encrypted",
                        network.key() + " is an overlay without encryption",
                        "write driver_opts: {encrypted: \"true\"} under networks." + network.key());
            }
        }
    }
}
