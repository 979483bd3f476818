package dev.sallyport.core.boot.certs;

import dev.sallyport.core.boot.ask.RunningEdge;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import dev.sallyport.core.boot.screen.Tree;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code certs plan}. */
@Command(
        name = "plan",
        description = {
            "Show what will be ordered, the next first, and how much our own weekly limit leaves."
        })
final class PlanCerts implements Callable<Integer> {
    @Mixin private RunningEdge edge = new RunningEdge();
    @Mixin private Answer answer = new Answer();

    @Override
    public Integer call() throws Failure {
        answer.print(edge.require("GET", "/certs/plan"), PlanCerts::print);
        return Exit.OK;
    }

    private static void print(Tree page, PrintWriter out) {
        for (Tree entry : page.trees("plan")) {
            out.printf(
                    "%s %-6s %s%s at %s, %s left this week%n",
                    entry.text("at"),
                    entry.text("what"),
                    String.join(", ", entry.texts("names")),
                    entry.is("on-demand") ? " (on demand)" : "",
                    entry.text("authority"),
                    entry.text("left-this-week"));
        }
        if (page.has("on-demand")) {
            onDemand(page.tree("on-demand"), out);
        }
    }

    private static void onDemand(Tree state, PrintWriter out) {
        out.printf(
                "on demand: %s of %s names, %s handshakes wait; new names: %s of %s this minute, %s of"
                        + " %s this hour%n",
                state.text("names"),
                state.text("most-names"),
                state.text("waiting"),
                state.text("new-this-minute"),
                state.text("per-minute"),
                state.text("new-this-hour"),
                state.text("per-hour"));
        for (Tree refused : state.trees("refused")) {
            out.printf(
                    "refused until %s: %s, %s: %s%n",
                    refused.text("until"),
                    refused.text("name"),
                    refused.text("decision"),
                    refused.text("reason"));
        }
    }
}
