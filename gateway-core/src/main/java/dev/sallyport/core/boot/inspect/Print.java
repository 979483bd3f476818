package dev.sallyport.core.boot.inspect;

import dev.sallyport.config.print.ConfigPrinter;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code print}: a configuration with everything that was not written filled in. */
@Command(
        name = "print",
        description =
                "Print a configuration as it takes effect, with every default. No secret is"
                        + " printed.")
public final class Print implements Callable<Integer> {
    @Parameters(paramLabel = "FILE|FOLDER", description = "What to print.")
    private Path file = Path.of("sallyport.yaml");

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Failure {
        PrintWriter out = spec.commandLine().getOut();
        out.print(ConfigPrinter.print(ConfigFile.require(file)));
        out.flush();
        return Exit.OK;
    }
}
