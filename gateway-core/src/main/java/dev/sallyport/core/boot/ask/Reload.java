package dev.sallyport.core.boot.ask;

import dev.sallyport.core.boot.admin.AdminClient;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import dev.sallyport.core.boot.screen.Tree;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code reload}: the running edge reads its configuration now. */
@Command(
        name = "reload",
        description = {
            "Let the running edge read its configuration and open its log files anew, now.",
            "Ends with 1 when the configuration is refused; the one before stays in force then.",
        })
public final class Reload implements Callable<Integer> {
    private static final int REFUSED = 409;

    @Mixin private RunningEdge edge = new RunningEdge();

    @Option(names = "--json", description = "Print the result as JSON, for programs.")
    private boolean isJson;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Failure {
        AdminClient.Reply reply = edge.ask("POST", "/reload");
        if (reply.status() != 200 && reply.status() != REFUSED) {
            throw new Failure(Exit.UNAVAILABLE, reply.body().strip());
        }
        PrintWriter out = spec.commandLine().getOut();
        if (isJson) {
            out.print(reply.body());
        } else {
            Tree result = Tree.parse(reply.body());
            result.texts("problems").forEach(out::println);
            out.println(
                    switch (result.text("result")) {
                        case "applied" -> "applied, generation " + result.text("generation");
                        case "unchanged" ->
                                "nothing changed, generation " + result.text("generation");
                        default ->
                                "refused, generation "
                                        + result.text("generation")
                                        + " stays in force";
                    });
        }
        out.flush();
        return reply.status() == REFUSED ? Exit.PROBLEMS : Exit.OK;
    }
}
