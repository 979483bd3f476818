package dev.sallyport.core.boot.inspect;

import dev.sallyport.acme.json.Json;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.core.boot.screen.Colour;
import dev.sallyport.core.boot.screen.Exit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code check}: everything wrong with configurations, at once. */
@Command(
        name = "check",
        description = {
            "Tell everything that is wrong with a configuration, each with its place.",
            "Ends with 0 when an edge would run on it, 1 when not, 2 when called wrongly.",
        })
public final class Check implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "FILE|FOLDER",
            description = {
                "What to check: configurations, each of its own, and compose files, whose labels of"
                        + " Sallyport are read beside the first configuration."
            })
    private List<Path> files = new ArrayList<>();

    @Option(names = "--json", description = "Print the problems as JSON, for programs.")
    private boolean isJson;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        List<Problem> all = new ArrayList<>();
        ComposeFile compose = new ComposeFile(files);
        for (Path file : files) {
            List<Problem> problems =
                    compose.isOne(file) ? compose.problems(file) : ConfigFile.read(file).problems();
            all.addAll(problems);
            if (!isJson) {
                problems.forEach(out::println);
                out.println(verdict(file, problems));
            }
        }
        if (isJson) {
            ByteArrayOutputStream json = new ByteArrayOutputStream();
            Json.write(all.stream().map(Check::tree).toList(), json);
            out.print(json.toString(StandardCharsets.UTF_8));
        }
        out.flush();
        return Problem.anyError(all) ? Exit.PROBLEMS : Exit.OK;
    }

    private static String verdict(Path file, List<Problem> problems) {
        long errors = problems.stream().filter(Problem::isError).count();
        long warnings = problems.size() - errors;
        String found = count(errors, "error") + ", " + count(warnings, "warning");
        return file
                + ": "
                + (errors > 0
                        ? Colour.red(found)
                        : warnings > 0
                                ? "good, " + count(warnings, "warning")
                                : Colour.green("good"));
    }

    private static String count(long number, String word) {
        return number + " " + word + (number == 1 ? "" : "s");
    }

    private static Map<String, Object> tree(Problem problem) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("severity", problem.severity().name().toLowerCase(Locale.ROOT));
        tree.put("file", problem.place().source().name());
        tree.put("line", problem.place().line());
        tree.put("column", problem.place().column());
        tree.put("path", problem.path());
        tree.put("found", problem.found());
        String expectation = problem.expectation();
        if (expectation != null) {
            tree.put("expected", expectation);
        }
        String hint = problem.hint();
        if (hint != null) {
            tree.put("hint", hint);
        }
        tree.put("message", problem.toString());
        return tree;
    }
}
