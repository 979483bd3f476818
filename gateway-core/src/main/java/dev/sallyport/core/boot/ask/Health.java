package dev.sallyport.core.boot.ask;

import dev.sallyport.core.boot.admin.AdminClient;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code health}: whether the running edge is ready, by the exit code. */
@Command(
        name = "health",
        description = {
            "Tell whether the running edge is ready: ends with 0 or 1, silent when all is well.",
            "Cheap, for a container's HEALTHCHECK.",
        })
public final class Health implements Callable<Integer> {
    @Mixin private RunningEdge edge = new RunningEdge();

    @Override
    public Integer call() throws Failure {
        AdminClient.Reply reply;
        try {
            reply = edge.ask("GET", "/ready");
        } catch (Failure e) {
            // Docker reserves every other exit code.
            throw new Failure(Exit.PROBLEMS, String.valueOf(e.getMessage()));
        }
        if (reply.status() != 200) {
            throw new Failure(Exit.PROBLEMS, reply.body().strip());
        }
        return Exit.OK;
    }
}
