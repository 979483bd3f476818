package dev.sallyport.core.boot.ask;

import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import dev.sallyport.core.boot.screen.LogLines;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code log-level}: how much the running edge logs, until it ends. */
@Command(name = "log-level", description = "Set how much the running edge logs, until it ends.")
public final class LogLevel implements Callable<Integer> {
    @Mixin private RunningEdge edge = new RunningEdge();

    @Parameters(paramLabel = "LEVEL", description = "One of " + LogLines.WORDS + ".")
    private String level = "";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Failure {
        if (LogLines.find(level) == null) {
            throw new Failure(
                    Exit.USAGE,
                    "level: \"" + level + "\" (expected: one of " + LogLines.WORDS + ")");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(edge.require("POST", "/log-level?level=" + level));
        out.flush();
        return Exit.OK;
    }
}
