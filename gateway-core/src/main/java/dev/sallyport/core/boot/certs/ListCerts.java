package dev.sallyport.core.boot.certs;

import dev.sallyport.core.boot.ask.RunningEdge;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import dev.sallyport.core.boot.screen.Tree;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code certs list}. */
@Command(
        name = "list",
        description = {
            "List the certificates that are obtained.",
            "Ends with 1 when one of them is in trouble."
        })
final class ListCerts implements Callable<Integer> {
    @Mixin private RunningEdge edge = new RunningEdge();
    @Mixin private Answer answer = new Answer();

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description =
                    "Only those: active, working, missing, failing, attention, unsaved, expired.")
    private String state = "";

    @Option(
            names = "--expiring",
            paramLabel = "DAYS",
            description = "Only those that end within so many days.")
    private @Nullable Integer days;

    @Override
    public Integer call() throws Failure {
        String json = edge.require("GET", "/certs");
        Tree page = answer.print(json, this::print);
        return page.trees("certificates").stream().allMatch(ListCerts::isWell)
                ? Exit.OK
                : Exit.PROBLEMS;
    }

    private void print(Tree page, PrintWriter out) {
        for (Tree certificate : page.trees("certificates")) {
            boolean isInState = state.isEmpty() || certificate.text("state").equals(state);
            if (isInState && isExpiring(certificate)) {
                Answer.line(certificate, out);
            }
        }
        if (page.trees("certificates").isEmpty()) {
            out.println(
                    "none: the configuration has no section acme, no host that needs one, or only"
                            + " names on demand that no client asked for yet");
        }
    }

    private boolean isExpiring(Tree certificate) {
        Integer limit = days;
        return limit == null
                || !certificate.has("until")
                || Instant.parse(certificate.text("until"))
                        .isBefore(Instant.now().plus(Duration.ofDays(limit)));
    }

    private static boolean isWell(Tree certificate) {
        return switch (certificate.text("state")) {
            case "active", "working" -> true;
            default -> false;
        };
    }
}
