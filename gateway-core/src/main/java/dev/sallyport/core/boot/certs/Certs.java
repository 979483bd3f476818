package dev.sallyport.core.boot.certs;

import dev.sallyport.core.boot.screen.Exit;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code certs}: certificates that are obtained by ACME. */
@Command(
        name = "certs",
        description =
                "Certificates the edge obtains: what there is, what comes next, what is wrong.",
        synopsisSubcommandLabel = "VERB",
        mixinStandardHelpOptions = true,
        subcommands = {
            ListCerts.class,
            ShowCert.class,
            PlanCerts.class,
            DoctorCert.class,
            RenewCert.class,
            RevokeCert.class,
            HistoryCert.class,
            ImportCerts.class,
            ExportCert.class
        })
public final class Certs implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return Exit.USAGE;
    }
}
