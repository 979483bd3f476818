package dev.sallyport.core.boot.ask;

import dev.sallyport.core.boot.admin.AdminClient;
import dev.sallyport.core.boot.admin.AdminSocket;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which running edge is asked: options that these verbs share. */
public final class RunningEdge {
    @Option(
            names = {"-s", "--socket"},
            paramLabel = "PATH",
            description =
                    "Admin socket of the edge (default: sallyport/admin.sock under"
                            + " $XDG_RUNTIME_DIR or /run, as for the edge itself).")
    private @Nullable Path socket;

    /** Asks, and fails in words a person understands when nobody answers. */
    public AdminClient.Reply ask(String method, String target) throws Failure {
        Path given = socket;
        Path path = given == null ? AdminSocket.find(System::getenv) : given;
        try {
            return new AdminClient(path).ask(method, target);
        } catch (IOException e) {
            throw new Failure(
                    Exit.UNAVAILABLE,
                    "no edge answers at "
                            + path
                            + ": "
                            + e.getMessage()
                            + "\n(is it running, as this user? its admin.socket may be another:"
                            + " --socket PATH)");
        }
    }

    /** The same for what must be answered with 200. */
    public String require(String method, String target) throws Failure {
        AdminClient.Reply reply = ask(method, target);
        if (reply.status() != 200) {
            throw new Failure(
                    reply.status() == 400 ? Exit.USAGE : Exit.UNAVAILABLE, reply.body().strip());
        }
        return reply.body();
    }
}
