package dev.sallyport.config.audit.rights;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import java.util.List;

/** A folder of the host that is the host. */
public final class HostFolder implements Rule {
    private static final List<String> VITAL =
            List.of(
                    "/",
                    "/boot",
                    "/dev",
                    "/etc",
                    "/home",
                    "/lib/modules",
                    "/proc",
                    "/root",
                    "/sys",
                    "/usr",
                    "/var",
                    "/var/lib",
                    "/var/lib/docker",
                    "/var/log");
    private static final List<String> WHOLE =
            List.of("/boot", "/root/.ssh", "/proc", "/var/lib/docker");
    private static final List<String> HARMLESS = List.of("/proc/cpuinfo", "/proc/meminfo");

    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D404",
                Severity.HIGH,
                "a folder of the host is mounted that the host is run by",
                "Who writes there is root on the host by its next start or login; who reads there"
                        + " has its keys and passwords.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            for (var mount : service.mounts()) {
                if (isVital(mount.source())) {
                    findings.add(
                            mount.isReadOnly() ? Severity.MEDIUM : Severity.HIGH,
                            mount.place(),
                            service.title(),
                            mount.source(),
                            service.name()
                                    + " has "
                                    + mount.source()
                                    + " of its host"
                                    + (mount.isReadOnly() ? " to read" : ""),
                            "mount the one file or folder it needs in place of \""
                                    + mount.written()
                                    + "\"");
                }
            }
        }
    }

    private static boolean isVital(String source) {
        for (var each : VITAL) {
            if (source.equals(each) || (WHOLE.contains(each) && source.startsWith(each + "/"))) {
                return !HARMLESS.contains(source);
            }
        }
        return false;
    }
}
