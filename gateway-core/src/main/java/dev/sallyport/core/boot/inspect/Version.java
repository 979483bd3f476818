package dev.sallyport.core.boot.inspect;

import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Product;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code version}: what this is and what it is made of. */
@Command(name = "version", description = "Show the version, and those of what it is made of.")
public final class Version implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.println("sallyport " + Product.version());
        out.println("java " + Runtime.version());
        out.flush();
        return Exit.OK;
    }
}
