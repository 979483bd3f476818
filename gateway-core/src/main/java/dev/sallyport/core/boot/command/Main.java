package dev.sallyport.core.boot.command;

import dev.sallyport.core.boot.ask.Explain;
import dev.sallyport.core.boot.ask.Health;
import dev.sallyport.core.boot.ask.LogLevel;
import dev.sallyport.core.boot.ask.Reload;
import dev.sallyport.core.boot.ask.ShowMetrics;
import dev.sallyport.core.boot.ask.Status;
import dev.sallyport.core.boot.edge.Warming;
import dev.sallyport.core.boot.inspect.Check;
import dev.sallyport.core.boot.inspect.Print;
import dev.sallyport.core.boot.inspect.ShowReference;
import dev.sallyport.core.boot.inspect.Version;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import dev.sallyport.core.boot.screen.LogLines;
import dev.sallyport.core.boot.serve.Demo;
import dev.sallyport.core.boot.serve.Proxy;
import dev.sallyport.core.boot.serve.Run;
import dev.sallyport.core.boot.serve.Train;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** The command. */
public final class Main {
    private static final List<Verb> VERBS =
            List.of(
                    new Verb("run", true, Run::new),
                    new Verb("demo", true, Demo::new),
                    new Verb("proxy", true, Proxy::new),
                    new Verb("check", false, Check::new),
                    new Verb("print", false, Print::new),
                    new Verb("reference", false, ShowReference::new),
                    new Verb("explain", false, Explain::new),
                    new Verb("status", false, Status::new),
                    new Verb("reload", false, Reload::new),
                    new Verb("log-level", false, LogLevel::new),
                    new Verb("metrics", false, ShowMetrics::new),
                    new Verb("health", false, Health::new),
                    new Verb("version", false, Version::new),
                    new Verb("train", true, Train::new));

    /**
     * One verb.
     *
     * @param starts whether it starts an edge
     */
    private record Verb(String name, boolean starts, Supplier<Callable<Integer>> command) {}

    private Main() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        @Nullable Verb verb = find(args);
        if (verb != null && verb.starts) {
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
        return commandLine(verb).execute(args);
    }

    private static @Nullable Verb find(String... args) {
        for (Verb verb : VERBS) {
            if (args.length > 0 && verb.name.equals(args[0])) {
                return verb;
            }
        }
        return null;
    }

    /** Knows one verb alone when that is what is asked for: each costs time to describe. */
    private static CommandLine commandLine(@Nullable Verb only) {
        CommandLine line = new CommandLine(new Sallyport());
        for (Verb verb : only == null ? VERBS : List.of(only)) {
            line.addSubcommand(verb.name, verb.command.get());
        }
        line.setExecutionExceptionHandler(Main::failed);
        line.getSubcommands()
                .values()
                .forEach(each -> each.setExecutionExceptionHandler(Main::failed));
        return line;
    }

    private static int failed(
            Exception problem, CommandLine line, CommandLine.ParseResult ignored) {
        if (problem instanceof Failure failure) {
            // Problems of a configuration begin with their file, for editors and people to jump to.
            boolean hasPlace = failure.exit() == Exit.CONFIG;
            line.getErr().println((hasPlace ? "" : "sallyport: ") + failure.getMessage());
            return failure.exit();
        }
        problem.printStackTrace(line.getErr());
        return Exit.SOFTWARE;
    }
}
