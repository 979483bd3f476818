package dev.sallyport.core.boot.serve;

import dev.sallyport.config.provider.file.FileProvider;
import dev.sallyport.core.boot.edge.Edge;
import dev.sallyport.core.boot.screen.Failure;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code run}: the edge as a configuration says. */
@Command(
        name = "run",
        description = {
            "Run the edge on a configuration file, or on a folder of them.",
            "A change of the files is put in force at once, whole or not at all; SIGHUP asks for"
                    + " it. SIGTERM ends in good order.",
        })
public final class Run implements Callable<Integer> {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE|FOLDER",
            description = "What to run (default: ${DEFAULT-VALUE}).",
            defaultValue = "sallyport.yaml")
    private Path config;

    /** Set by the parser. */
    public Run() {
        this(Path.of("sallyport.yaml"));
    }

    /** On this file or folder. */
    public Run(Path config) {
        this.config = config;
    }

    @Override
    public Integer call() throws Failure, InterruptedException {
        try (FileProvider files = FileProvider.create(config, InstantSource.system())) {
            return Serving.untilEnded(start(files));
        }
    }

    /** An edge that follows these files. */
    static Edge start(FileProvider files) throws Failure {
        return Edge.start(List.of(files), System::getenv);
    }
}
