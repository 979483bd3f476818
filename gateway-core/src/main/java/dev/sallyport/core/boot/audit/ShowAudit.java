package dev.sallyport.core.boot.audit;

import dev.sallyport.acme.json.Json;
import dev.sallyport.config.audit.Audit;
import dev.sallyport.config.audit.Baseline;
import dev.sallyport.config.audit.Reachability;
import dev.sallyport.config.audit.Rules;
import dev.sallyport.config.audit.finding.Finding;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code audit}: the ways around the edge, and out of containers. */
@Command(
        name = "audit",
        description = {
            "Tell every way around the edge and out of the containers, each with its place and the"
                    + " change that ends it; and who reaches which port.",
            "Ends with 0 when there is none, 1 when there is, 2 when called wrongly, 78 when a file"
                    + " cannot be read. Nothing is changed.",
        })
public final class ShowAudit implements Callable<Integer> {
    @Mixin private Subjects subjects = new Subjects();

    @ArgGroup private Form form = new Form();

    /** One form or another. */
    static final class Form {
        @Option(names = "--json", description = "Print it as JSON, for programs.")
        private boolean isJson;

        @Option(names = "--sarif", description = "Print it as SARIF 2.1.0, for code hosts.")
        private boolean isSarif;

        @Option(names = "--rules", description = "Print what is looked for, as Markdown.")
        private boolean isRules;
    }

    @Option(
            names = "--fail-on",
            paramLabel = "SEVERITY",
            description =
                    "The least severity that ends with 1: critical, high, medium, low or note"
                            + " (default: low).")
    private String failOn = Severity.LOW.word();

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description = "Findings that are accepted, and are not told again.")
    private @Nullable Path baseline;

    @Option(
            names = "--write-baseline",
            paramLabel = "FILE",
            description = "Write all there is now to such a file.")
    private @Nullable Path written;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, Failure {
        PrintWriter out = spec.commandLine().getOut();
        if (form.isRules) {
            out.print(Rules.markdown());
            out.flush();
            return Exit.OK;
        }
        Severity least = least();
        Estate estate = subjects.look();
        List<Finding> all = Audit.of(estate);
        @Nullable Path target = written;
        if (target != null) {
            Files.writeString(target, Baseline.write(all));
            out.println(target + ": " + AuditText.count(all.size(), "finding") + " accepted");
            out.flush();
            return Exit.OK;
        }
        Baseline accepted = accepted();
        List<Finding> fresh = accepted.fresh(all);
        if (form.isJson) {
            print(AuditJson.of(estate, fresh, all.size() - fresh.size()), out);
        } else if (form.isSarif) {
            print(Sarif.of(fresh), out);
        } else {
            AuditText text = new AuditText(out);
            text.findings(fresh);
            text.matrix(Reachability.of(estate));
            text.verdict(fresh, all.size() - fresh.size(), accepted.spent(all));
        }
        out.flush();
        return fresh.stream().anyMatch(each -> each.severity().reaches(least))
                ? Exit.PROBLEMS
                : Exit.OK;
    }

    private Severity least() throws Failure {
        for (Severity severity : Severity.values()) {
            if (severity.word().equals(failOn)) {
                return severity;
            }
        }
        throw new Failure(
                Exit.USAGE,
                "--fail-on: \"" + failOn + "\" (expected: critical, high, medium, low or note)");
    }

    private Baseline accepted() throws Failure {
        @Nullable Path file = baseline;
        if (file == null) {
            return Baseline.none();
        }
        try {
            return Baseline.of(Files.readAllLines(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new Failure(
                    Exit.CONFIG,
                    file + ": " + e.getClass().getSimpleName() + " (expected: a file to read)");
        }
    }

    private static void print(Object tree, PrintWriter out) throws IOException {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        Json.write(tree, json);
        out.print(json.toString(StandardCharsets.UTF_8));
    }
}
