package dev.sallyport.core.boot.command;

import dev.sallyport.core.boot.edge.Warming;
import dev.sallyport.core.boot.screen.LogLines;
import dev.sallyport.core.boot.serve.Guarding;
import dev.sallyport.core.boot.serve.Run;
import dev.sallyport.core.boot.train.Train;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;

/**
 * The command.
 *
 * <p>A start in its usual form does without the parser of options: the form of its classes is one
 * that the JVM keeps in no cache, so that each start would read and verify them anew.
 */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        @Nullable Callable<Integer> usual = usual(args);
        if (usual != null && !(usual instanceof Guarding)) {
            Warming.begin();
        }
        @Nullable String word = System.getenv(LogLines.LEVEL_VARIABLE);
        @Nullable Level level = LogLines.find(word == null || word.isEmpty() ? "info" : word);
        LogLines.install(level == null ? Level.INFO : level);
        if (level == null) {
            System.err.printf(
                    "sallyport: %s: \"%s\" (expected: one of %s)%n",
                    LogLines.LEVEL_VARIABLE, word, LogLines.WORDS);
        }
        if (usual == null) {
            return Output.end(Verbs.run(args), System.out, System.err);
        }
        try {
            return usual.call();
        } catch (Exception e) {
            return Ending.by(
                    e, new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8)));
        }
    }

    /** What needs no parser: {@code run} in its usual forms, the training for it, and the guard. */
    private static @Nullable Callable<Integer> usual(String... args) {
        List<String> words = List.of(args);
        if (args.length > 0
                && args[0].equals("guard")
                && !words.contains("--help")
                && !words.contains("-h")) {
            return new Guarding(words.subList(1, words.size()));
        }
        if (args.length == 1 && args[0].equals("train")) {
            return new Train();
        }
        if (words.equals(List.of("run", "--docker"))) {
            return Run.onDocker();
        }
        boolean isRun =
                args.length == 3
                        && args[0].equals("run")
                        && (args[1].equals("--config") || args[1].equals("-c"))
                        && !args[2].startsWith("-");
        return isRun ? Run.on(Path.of(args[2])) : null;
    }
}
