package dev.sallyport.core.boot.command;

import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.io.PrintWriter;

/** What is said of a command that failed, and how the process ends. */
final class Ending {
    private Ending() {}

    /** Says why and returns the exit code. */
    static int by(Exception problem, PrintWriter err) {
        if (problem instanceof Failure failure) {
            // Problems of a configuration begin with their file, for editors and people to jump to.
            boolean hasPlace = failure.exit() == Exit.CONFIG;
            err.println((hasPlace ? "" : "sallyport: ") + failure.getMessage());
            err.flush();
            return failure.exit();
        }
        problem.printStackTrace(err);
        err.flush();
        return Exit.SOFTWARE;
    }
}
