package dev.sallyport.core.boot.ask;

import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code metrics}: what the running edge counted, in Prometheus' text form. */
@Command(name = "metrics", description = "Print the metrics of the running edge, as text.")
public final class ShowMetrics implements Callable<Integer> {
    @Mixin private RunningEdge edge = new RunningEdge();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Failure {
        PrintWriter out = spec.commandLine().getOut();
        out.print(edge.require("GET", "/metrics"));
        out.flush();
        return Exit.OK;
    }
}
