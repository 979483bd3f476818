package dev.sallyport.config.audit;

import dev.sallyport.config.audit.engine.BroadSocketProxy;
import dev.sallyport.config.audit.engine.GuardOnNetwork;
import dev.sallyport.config.audit.engine.MountedSocket;
import dev.sallyport.config.audit.engine.PlainEngine;
import dev.sallyport.config.audit.engine.RootEngine;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.networks.BackRoomAtTheEdge;
import dev.sallyport.config.audit.networks.DottedName;
import dev.sallyport.config.audit.networks.FlatNetwork;
import dev.sallyport.config.audit.networks.HostNetwork;
import dev.sallyport.config.audit.networks.OnTheWire;
import dev.sallyport.config.audit.networks.OpenNetwork;
import dev.sallyport.config.audit.networks.PlainOverlay;
import dev.sallyport.config.audit.networks.PretendedIsolation;
import dev.sallyport.config.audit.networks.SecondWayOut;
import dev.sallyport.config.audit.networks.SharedByProjects;
import dev.sallyport.config.audit.networks.TakenName;
import dev.sallyport.config.audit.ports.EdgeSidePort;
import dev.sallyport.config.audit.ports.LoopbackPort;
import dev.sallyport.config.audit.ports.PortRange;
import dev.sallyport.config.audit.ports.PublishedByOthers;
import dev.sallyport.config.audit.ports.UfwBypassed;
import dev.sallyport.config.audit.rights.BroadCapability;
import dev.sallyport.config.audit.rights.HostFolder;
import dev.sallyport.config.audit.rights.HostNamespace;
import dev.sallyport.config.audit.rights.LiftedConfinement;
import dev.sallyport.config.audit.rights.Privileged;
import dev.sallyport.config.audit.rights.SoftEdge;
import dev.sallyport.config.audit.secrets.SecretFilledIn;
import dev.sallyport.config.audit.secrets.SecretInCommand;
import dev.sallyport.config.audit.secrets.SecretInEnvironment;
import dev.sallyport.config.audit.secrets.SecretInImage;
import dev.sallyport.config.audit.secrets.SecretInLabel;
import java.util.List;

/** All that is looked for, by id. */
public final class Rules {
    private static final List<Rule> ALL =
            List.of(
                    new PublishedByOthers(),
                    new LoopbackPort(),
                    new EdgeSidePort(),
                    new PortRange(),
                    new UfwBypassed(),
                    new OpenNetwork(),
                    new SecondWayOut(),
                    new PretendedIsolation(),
                    new OnTheWire(),
                    new FlatNetwork(),
                    new BackRoomAtTheEdge(),
                    new SharedByProjects(),
                    new PlainOverlay(),
                    new TakenName(),
                    new DottedName(),
                    new HostNetwork(),
                    new MountedSocket(),
                    new GuardOnNetwork(),
                    new BroadSocketProxy(),
                    new PlainEngine(),
                    new RootEngine(),
                    new Privileged(),
                    new BroadCapability(),
                    new HostNamespace(),
                    new HostFolder(),
                    new LiftedConfinement(),
                    new SoftEdge(),
                    new SecretInEnvironment(),
                    new SecretFilledIn(),
                    new SecretInImage(),
                    new SecretInLabel(),
                    new SecretInCommand());

    private Rules() {}

    public static List<Rule> all() {
        return ALL;
    }

    /** The table of the documentation. */
    public static String markdown() {
        var page = new StringBuilder("| id | severity | what | why |\n|---|---|---|---|\n");
        for (var rule : ALL) {
            var info = rule.info();
            page.append(
                    "| `%s` | %s | %s | %s |\n"
                            .formatted(
                                    info.id(), info.severity().word(), info.title(), info.why()));
        }
        return page.toString();
    }
}
