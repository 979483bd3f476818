package dev.sallyport.core.boot.command;

import dev.sallyport.core.boot.screen.Exit;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What becomes of a command whose standard output took not all it printed. */
final class Output {
    private static final Path STANDARD = Path.of("/proc/self/fd/1");

    private Output() {}

    /**
     * The exit code: that of the command, or that output was lost where it went well otherwise. A
     * reader that went away, as {@code | head} does, has what it wanted.
     */
    static int end(int exit, PrintStream out, PrintStream err) {
        if (exit != Exit.OK || !out.checkError() || isPipe()) {
            return exit;
        }
        err.println(
                "sallyport: standard output: not all was written (expected: a file or terminal with"
                        + " room)");
        return Exit.OUTPUT;
    }

    private static boolean isPipe() {
        try {
            return Files.readSymbolicLink(STANDARD).toString().startsWith("pipe:");
        } catch (IOException _) {
            return false;
        }
    }
}
