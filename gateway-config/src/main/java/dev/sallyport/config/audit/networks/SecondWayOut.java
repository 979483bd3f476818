package dev.sallyport.config.audit.networks;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.Membership;
import dev.sallyport.config.audit.seen.Service;
import org.jspecify.annotations.Nullable;

/** A service on an internal network that is on an open one as well. */
public final class SecondWayOut implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D202",
                Severity.MEDIUM,
                "a service is on an internal network and has another way out",
                "An internal network closes nothing for a service that is on an open network, "
                        + "too; and through that service the others are reached.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            if (estate.isEdge(service)) {
                continue;
            }
            var inside = find(estate, service, true);
            var outside = find(estate, service, false);
            if (inside != null && outside != null) {
                findings.add(
                        outside.place(),
                        service.title(),
                        outside.network(),
                        service.name()
                                + " is on "
                                + estate.keyOf(inside.network())
                                + ", which is internal, and on "
                                + estate.keyOf(outside.network())
                                + ", which is not",
                        "take "
                                + service.name()
                                + " off "
                                + estate.keyOf(outside.network())
                                + ", or have one small service fetch what it needs from outside");
            }
        }
    }

    private static @Nullable Membership find(Estate estate, Service service, boolean isInternal) {
        for (var each : service.networks()) {
            var network = estate.network(each.network());
            if (network != null && !network.isElsewhere() && network.isInternal() == isInternal) {
                return each;
            }
        }
        return null;
    }
}
