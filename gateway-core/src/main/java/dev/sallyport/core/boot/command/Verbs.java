package dev.sallyport.core.boot.command;

import dev.sallyport.core.boot.ask.Explain;
import dev.sallyport.core.boot.ask.Health;
import dev.sallyport.core.boot.ask.LogLevel;
import dev.sallyport.core.boot.ask.Reload;
import dev.sallyport.core.boot.ask.ShowMetrics;
import dev.sallyport.core.boot.ask.Status;
import dev.sallyport.core.boot.audit.ShowAudit;
import dev.sallyport.core.boot.audit.ShowFirewall;
import dev.sallyport.core.boot.certs.Certs;
import dev.sallyport.core.boot.edge.Warming;
import dev.sallyport.core.boot.inspect.Check;
import dev.sallyport.core.boot.inspect.Print;
import dev.sallyport.core.boot.inspect.ShowReference;
import dev.sallyport.core.boot.inspect.Version;
import dev.sallyport.core.boot.pki.Pki;
import dev.sallyport.core.boot.serve.Demo;
import dev.sallyport.core.boot.serve.Guarding;
import dev.sallyport.core.boot.serve.Proxy;
import dev.sallyport.core.boot.serve.Run;
import dev.sallyport.core.boot.train.Train;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The verbs and the parser of their options. */
final class Verbs {
    private static final List<Verb> VERBS =
            List.of(
                    new Verb("run", true, Run::new),
                    new Verb("demo", true, Demo::new),
                    new Verb("proxy", true, Proxy::new),
                    new Verb("guard", false, Guarding::new),
                    new Verb("check", false, Check::new),
                    new Verb("audit", false, ShowAudit::new),
                    new Verb("firewall", false, ShowFirewall::new),
                    new Verb("print", false, Print::new),
                    new Verb("reference", false, ShowReference::new),
                    new Verb("explain", false, Explain::new),
                    new Verb("status", false, Status::new),
                    new Verb("certs", false, Certs::new),
                    new Verb("pki", false, Pki::new),
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
    record Verb(String name, boolean starts, Supplier<Callable<Integer>> command) {}

    private Verbs() {}

    /** Runs the verb that is asked for, or says what there is; returns the exit code. */
    static int run(String... args) {
        @Nullable Verb verb = find(args);
        if (verb != null && verb.starts) {
            Warming.begin();
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
    static CommandLine commandLine(@Nullable Verb only) {
        CommandLine line = new CommandLine(new Sallyport());
        for (Verb verb : only == null ? VERBS : List.of(only)) {
            line.addSubcommand(verb.name, verb.command.get());
        }
        line.getSubcommands().values().forEach(Verbs::addHelp);
        HelpText.install(line);
        line.setParameterExceptionHandler(Complaint::by);
        line.setExecutionExceptionHandler(Verbs::failed);
        return line;
    }

    private static void addHelp(CommandLine line) {
        if (line.getCommandSpec().findOption("--help") == null) {
            line.getCommandSpec()
                    .addOption(
                            OptionSpec.builder("-h", "--help")
                                    .usageHelp(true)
                                    .description("Show this help message and exit.")
                                    .build());
        }
        line.getCommandSpec().usageMessage().commandListHeading("%nVerbs:%n");
        line.getSubcommands().values().forEach(Verbs::addHelp);
    }

    private static int failed(
            Exception problem, CommandLine line, CommandLine.ParseResult ignored) {
        return Ending.by(problem, line.getErr());
    }
}
