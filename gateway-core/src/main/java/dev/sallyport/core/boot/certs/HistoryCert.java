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

/** {@code certs history}. */
@Command(
        name = "history",
        description = {"Show what happened to a certificate, the oldest first."})
final class HistoryCert implements Callable<Integer> {
    @Mixin private RunningEdge edge = new RunningEdge();
    @Mixin private Answer answer = new Answer();

    @Parameters(paramLabel = "NAME", description = "An id of certs list, or a host name.")
    private String name = "";

    @Override
    public Integer call() throws Failure {
        String json =
                edge.require(
                        "GET",
                        "/certs/history?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8));
        answer.print(json, HistoryCert::print);
        return Exit.OK;
    }

    private static void print(Tree page, PrintWriter out) {
        for (Tree event : page.trees("history")) {
            out.printf(
                    "%s %-10s %-14s %s%n",
                    event.text("at"),
                    event.text("what"),
                    event.text("authority"),
                    event.text("detail"));
        }
    }
}
