package dev.sallyport.core.boot.certs;

import dev.sallyport.core.boot.ask.RunningEdge;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import dev.sallyport.core.boot.screen.Tree;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code certs show}. */
@Command(
        name = "show",
        description = {
            "Show one certificate: what is served, when it is renewed and why then, the last failure."
        })
final class ShowCert implements Callable<Integer> {
    @Mixin private RunningEdge edge = new RunningEdge();
    @Mixin private Answer answer = new Answer();

    @Parameters(paramLabel = "NAME", description = "An id of certs list, or a host name.")
    private String name = "";

    @Override
    public Integer call() throws Failure {
        String json =
                edge.require(
                        "GET",
                        "/certs/show?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8));
        Tree tree = answer.print(json, ShowCert::print);
        return tree.text("state").equals("active") || tree.text("state").equals("working")
                ? Exit.OK
                : Exit.PROBLEMS;
    }

    private static void print(Tree tree, PrintWriter out) {
        out.printf("%s%n", tree.text("id"));
        out.printf("  names       %s%n", String.join(", ", tree.texts("names")));
        out.printf("  state       %s%n", tree.text("state"));
        if (tree.has("until")) {
            out.printf("  authority   %s%n", tree.text("authority"));
            if (tree.has("profile")) {
                out.printf("  profile     %s%n", tree.text("profile"));
            }
            out.printf("  serial      %s%n", tree.text("serial"));
            out.printf("  valid       %s to %s%n", tree.text("from"), tree.text("until"));
        }
        out.printf("  next        %s: %s%n", tree.text("next"), tree.text("why"));
        Tree window = tree.tree("renewal-window");
        if (window.has("start")) {
            out.printf(
                    "  suggested   %s to %s%s%s%n",
                    window.text("start"),
                    window.text("end"),
                    window.is("followed") ? "" : ", not followed",
                    window.has("explanation") ? ": " + window.text("explanation") : "");
        }
        Tree failure = tree.tree("failure");
        if (failure.has("reason")) {
            out.printf(
                    "  failed      %s, %s in a row, %s: %s%n",
                    failure.text("at"),
                    failure.text("in-a-row"),
                    failure.text("kind"),
                    failure.text("reason"));
        }
        tree.texts("problems").forEach(problem -> out.printf("  problem     %s%n", problem));
    }
}
