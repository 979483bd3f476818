package dev.sallyport.core.boot.pki;

import dev.sallyport.core.boot.screen.Exit;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code pki}: the private authority. */
@Command(
        name = "pki",
        description = {
            "The private authority, for internal sites and for certificates of clients (mTLS).",
            "It lies in the storage folder, under pki; a running edge shares it and sees what"
                    + " changes. Ends with 0 when done, 1 when refused, 2 when called wrongly, 69"
                    + " when the folder cannot be used.",
        },
        synopsisSubcommandLabel = "VERB",
        mixinStandardHelpOptions = true,
        subcommands = {InitPki.class, IssuePki.class, BundlePki.class, RotatePki.class})
public final class Pki implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return Exit.USAGE;
    }
}
