package dev.sallyport.config.audit.ports;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.PublishedPort;

/** A range of ports published by the edge, or ports that the engine picks. */
public final class PortRange implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D104",
                Severity.MEDIUM,
                "ports are published that nobody has named",
                "A range opens ports that nothing serves yet, and whatever comes to listen on "
                        + "them later. A port without a number on the host is another one after each start.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            for (var port : service.ports()) {
                if (estate.isEdge(service) && (isRange(port) || port.hostPort().isEmpty())) {
                    findings.add(
                            port.place(),
                            service.title(),
                            port.target(),
                            isRange(port)
                                    ? "publishes the range " + port.hostPort()
                                    : "publishes "
                                            + port.target()
                                            + " at a port that the engine picks",
                            "write each port that serves, such as \"443:443\", in place of \""
                                    + port.written()
                                    + "\"");
                }
            }
        }
    }

    private static boolean isRange(PublishedPort port) {
        return port.hostPort().matches("[0-9]+-[0-9]+");
    }
}
