package dev.sallyport.config.audit.ports;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.PublishedPort;
import dev.sallyport.config.audit.seen.Service;

/** A port published by anything but the edge. */
public final class PublishedByOthers implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D101",
                Severity.HIGH,
                "a port is published by another service than the edge",
                "The engine opens a published port to everybody who reaches the host, before UFW "
                        + "or firewalld is asked. Whoever comes that way meets no TLS, no limit and no log "
                        + "of the edge.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            for (var port : service.ports()) {
                if (!estate.isEdge(service) && !port.isLoopback()) {
                    var store = KnownStores.find(port, service);
                    findings.add(
                            store == null ? Severity.HIGH : Severity.CRITICAL,
                            port.place(),
                            service.title(),
                            port.target(),
                            "publishes "
                                    + port.target()
                                    + (store == null ? "" : " (" + store + ")")
                                    + " at "
                                    + port.listening(),
                            change(service, port));
                }
            }
        }
    }

    private static String change(Service service, PublishedPort port) {
        var remove = "remove \"" + port.written() + "\" from its ports";
        if (port.hostPort().equals("80") || port.hostPort().equals("443")) {
            return remove + "; or, if it is the edge, say --edge " + service.name();
        }
        return service.isRouted()
                ? remove + "; the edge reaches it on the network they share"
                : remove
                        + "; services on its networks reach "
                        + service.name()
                        + ":"
                        + port.port()
                        + " without it, people by the edge with the label sallyport.host";
    }
}
