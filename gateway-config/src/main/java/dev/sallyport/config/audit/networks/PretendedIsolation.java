package dev.sallyport.config.audit.networks;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Engine;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.Network;
import org.jspecify.annotations.Nullable;

/** A network that asks to be kept from its host, and is not. */
public final class PretendedIsolation implements Rule {
    private static final String MODE = "com.docker.network.bridge.gateway_mode_ipv";
    private static final int FIRST = 27;

    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D203",
                Severity.HIGH,
                "a network only pretends to be isolated",
                "The mode \"isolated\" counts on internal networks alone, for each family of "
                        + "addresses by itself, and from Docker 27.1 on; Docker 26 takes the option and "
                        + "ignores it. Between host and containers all stays open.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var network : estate.networks().values()) {
            var problem = network.isElsewhere() ? null : problem(network, estate);
            if (problem != null) {
                findings.add(
                        network.place(),
                        "network " + network.name(),
                        "isolated",
                        network.key() + " " + problem,
                        "write internal: true and com.docker.network.bridge.gateway_mode_ipv4: isolated"
                                + " (and _ipv6 with IPv6) under networks."
                                + network.key()
                                + ", on Docker 28 or later; sallyport audit --engine looks at the"
                                + " effect");
            }
        }
    }

    private static @Nullable String problem(Network network, Estate estate) {
        for (var option : network.options().keySet()) {
            if (!option.equals(MODE + "4")
                    && !option.equals(MODE + "6")
                    && option.contains("gateway_mode")) {
                return "has the option " + option + ", which no engine knows";
            }
        }
        if (!network.asksForIsolation()) {
            return null;
        }
        if (!network.isInternal()) {
            return "asks for an isolated gateway and is not internal";
        }
        if (network.isGatewayOnHost()) {
            return "asks for an isolated gateway, and the host has an address on it";
        }
        var engine = estate.engine();
        return engine != null && ignoresIt(engine)
                ? "asks for an isolated gateway, which " + engine.title() + " ignores"
                : null;
    }

    private static boolean ignoresIt(Engine engine) {
        return engine.isPodman() || (engine.major() > 0 && engine.major() < FIRST);
    }
}
