package dev.sallyport.core.boot.serve;

import dev.sallyport.config.provider.Provider;
import dev.sallyport.config.provider.file.FileProvider;
import dev.sallyport.core.boot.edge.Edge;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code run}: the edge as a configuration says. */
@Command(
        name = "run",
        description = {
            "Run the edge on a configuration file, or on a folder of them.",
            "A change of the files is put in force within a second, whole or not at all; SIGHUP"
                    + " asks for it. SIGTERM ends in good order.",
            "With --docker and no file, all routes come from labels of containers.",
        })
public final class Run implements Callable<Integer> {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE|FOLDER",
            description = "What to run (default: sallyport.yaml, unless --docker is given).")
    private @Nullable Path given;

    @Option(
            names = "--docker",
            arity = "0..1",
            fallbackValue = "",
            paramLabel = "FEED",
            description =
                    "Follow the guard at FEED (default: unix:/run/sallyport-feed/feed.sock), without"
                            + " a file.")
    private @Nullable String docker;

    private Run(@Nullable Path config, @Nullable String docker) {
        this.given = config;
        this.docker = docker;
    }

    /** Set by the parser. */
    public Run() {
        this(null, null);
    }

    /** On this file or folder. */
    public static Run on(Path config) {
        return new Run(config, null);
    }

    /** On the labels of containers, with the usual feed and listeners. */
    public static Run onDocker() {
        return new Run(null, "");
    }

    @Override
    public Integer call() throws Failure, InterruptedException {
        String feed = docker;
        if (feed != null) {
            if (given != null) {
                throw new Failure(
                        Exit.USAGE,
                        "--docker with --config: write \"providers: {docker: {}}\" in the file");
            }
            Object settings = feed.isEmpty() ? Map.of() : feed;
            Provider fixed = new FixedProvider(Map.of("providers", Map.of("docker", settings)));
            return Serving.untilEnded(Edge.start(List.of(fixed), System::getenv));
        }
        Path asked = given;
        Path config = asked == null ? usual() : asked;
        return Serving.untilEnded(start(config));
    }

    private static Path usual() throws Failure {
        Path file = Path.of("sallyport.yaml");
        if (!Files.exists(file)) {
            throw new Failure(
                    Exit.CONFIG,
                    "no sallyport.yaml in this folder (expected: one; or --config FILE; or --docker,"
                            + " for routes from labels of containers)");
        }
        return file;
    }

    /** An edge that follows this file or folder. */
    public static Edge start(Path config) throws Failure {
        Provider files = FileProvider.create(config, InstantSource.system());
        return Edge.start(List.of(files), System::getenv);
    }
}
