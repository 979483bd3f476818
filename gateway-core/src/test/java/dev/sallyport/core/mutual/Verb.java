package dev.sallyport.core.mutual;

import dev.sallyport.core.boot.screen.Failure;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** A verb of the command, run within the test. */
final class Verb {
    /** How it ended, and what it said. */
    record Done(int exit, String out, String err) {}

    private Verb() {}

    static Done run(Object verb, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = new CommandLine(verb);
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        line.setExecutionExceptionHandler((problem, _, _) -> {
            err.append(problem.getMessage());
            return problem instanceof Failure failure ? failure.exit() : 70;
        });
        return new Done(line.execute(words), out + "", err + "");
    }
}
