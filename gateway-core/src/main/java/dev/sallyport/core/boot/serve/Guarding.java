package dev.sallyport.core.boot.serve;

import dev.sallyport.config.guard.FeedCheck;
import dev.sallyport.config.guard.Guard;
import dev.sallyport.config.guard.GuardOptions;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code guard}: the process beside the engine's socket. */
@Command(
        name = "guard",
        description = {
            "Follow an engine of containers and tell edges what they may know of it.",
            "The guard alone holds the engine's socket. Its feed has names, state, addresses and"
                    + " labels of Sallyport; no environment, arguments or mounts.",
            "",
            "  --engine ADDRESS      unix:///path or tcp://host:2376 (default: $DOCKER_HOST, or the"
                    + " socket of Docker, rootless Docker or Podman)",
            "  --engine-ca, --engine-cert, --engine-key FILE",
            "                        PEM files for a remote engine; both sides are verified",
            "  --feed PATH           unix socket of the feed (default:"
                    + " /run/sallyport-feed/feed.sock)",
            "  --user NAME|NUMBER    who may read it there; may be repeated (default: the guard's"
                    + " own user)",
            "  --listen HOST:PORT    offer the feed to edges on other hosts",
            "  --listen-ca, --listen-cert, --listen-key FILE",
            "                        PEM files for that; both sides are verified",
            "  --check               tell whether a running guard has something to tell: ends with 0"
                    + " or 1; for a container's HEALTHCHECK",
            "  --label-prefix TEXT   labels that are passed on; may be repeated (default:"
                    + " sallyport.)",
            "",
            "Ends with 69 when the engine has not answered for ten seconds, for its supervisor to"
                    + " start it anew.",
        })
public final class Guarding implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "OPTION", hidden = true)
    private List<String> words = new ArrayList<>();

    /** Set by the parser. */
    public Guarding() {}

    /** With the words after the verb. */
    public Guarding(List<String> words) {
        this.words = words;
    }

    @Override
    public Integer call() throws Failure {
        List<String> rest = new ArrayList<>(words);
        boolean isCheck = rest.remove("--check");
        GuardOptions options;
        try {
            options = GuardOptions.parse(rest, System::getenv);
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.USAGE, String.valueOf(e.getMessage()));
        }
        if (isCheck) {
            try {
                FeedCheck.require(options.feed());
                return Exit.OK;
            } catch (IOException e) {
                throw new Failure(Exit.PROBLEMS, options.feed() + ": " + e.getMessage());
            }
        }
        try (Guard guard = Guard.open(options, RandomGenerator.getDefault())) {
            guard.follow();
            return Exit.OK;
        } catch (IOException e) {
            throw new Failure(Exit.UNAVAILABLE, "guard: " + e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Exit.OK;
        }
    }
}
