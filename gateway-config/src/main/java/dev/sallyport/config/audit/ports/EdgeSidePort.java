package dev.sallyport.config.audit.ports;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.PublishedPort;
import java.util.Set;

/** A port of the edge beside those of the web, open to everybody. */
public final class EdgeSidePort implements Rule {
    private static final Set<String> PRIVATE =
            Set.of("2019", "8080", "8081", "8404", "9000", "9090", "9100", "9901", "19000");

    private static final Set<String> WEB = Set.of("80", "443", "8443");

    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D103",
                Severity.MEDIUM,
                "the edge publishes more than the ports of the web",
                "Dashboards, metrics and administration of a proxy say what lies behind it, or "
                        + "change it. Only 80 and 443 are for everybody.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            for (var port : service.ports()) {
                if (estate.isEdge(service) && isPrivate(port) && !port.isLoopback()) {
                    findings.add(
                            port.place(),
                            service.title(),
                            port.target(),
                            "publishes "
                                    + port.target()
                                    + ", a port to administer by, at "
                                    + port.listening(),
                            "remove \""
                                    + port.written()
                                    + "\", or write \"127.0.0.1:"
                                    + (port.hostPort().isEmpty() ? port.port() : port.hostPort())
                                    + ":"
                                    + port.port()
                                    + "\"");
                }
            }
        }
    }

    /** A proxy without privileges may well serve the web on 8080 inside. */
    private static boolean isPrivate(PublishedPort port) {
        return !WEB.contains(port.hostPort())
                && (PRIVATE.contains(port.port()) || PRIVATE.contains(port.hostPort()));
    }
}
