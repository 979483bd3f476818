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

/** {@code certs doctor}. */
@Command(
        name = "doctor",
        description = {
            "Look at what may keep a certificate from being obtained: advice, never a gate.",
            "Ends with 1 when something is wrong."
        })
final class DoctorCert implements Callable<Integer> {
    @Mixin private RunningEdge edge = new RunningEdge();
    @Mixin private Answer answer = new Answer();

    @Parameters(paramLabel = "NAME", description = "An id of certs list, or a host name.")
    private String name = "";

    @Override
    public Integer call() throws Failure {
        String json =
                edge.require(
                        "GET",
                        "/certs/doctor?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8));
        Tree page = answer.print(json, DoctorCert::print);
        return page.trees("checks").stream().noneMatch(c -> c.text("result").equals("failed"))
                ? Exit.OK
                : Exit.PROBLEMS;
    }

    private static void print(Tree page, PrintWriter out) {
        for (Tree check : page.trees("checks")) {
            out.printf(
                    "%-8s %-28s %s%n",
                    check.text("result"), check.text("check"), check.text("detail"));
        }
    }
}
