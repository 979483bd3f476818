package dev.sallyport.core.boot.inspect;

import dev.sallyport.config.check.ConfigCheck;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.problem.Reading;
import dev.sallyport.config.read.ConfigFiles;
import dev.sallyport.config.read.ConfigReader;
import dev.sallyport.core.boot.edge.Expressions;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import dev.sallyport.core.filter.BuiltInFilters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A configuration read from files, as an edge would.
 *
 * @param config null when there is an error among the problems
 */
public record ConfigFile(@Nullable GatewayConfig config, List<Problem> problems) {
    public ConfigFile {
        problems = List.copyOf(problems);
    }

    /** Reads and checks a file or a folder. */
    static ConfigFile read(Path start) {
        var loaded = ConfigFiles.load(start);
        List<Problem> problems = new ArrayList<>(loaded.problems());
        Reading reading =
                new ConfigReader(BuiltInFilters.types(), System::getenv).read(loaded.root());
        problems.addAll(reading.problems());
        GatewayConfig config = reading.config();
        if (config != null) {
            problems.addAll(
                    new ConfigCheck(Expressions::findProblem).check(config, reading.places()));
        }
        return new ConfigFile(Problem.anyError(problems) ? null : config, problems);
    }

    /** The same where nothing but a sound one will do. */
    public static GatewayConfig require(Path start) throws Failure {
        ConfigFile file = read(start);
        GatewayConfig config = file.config;
        if (config == null) {
            throw new Failure(
                    Exit.CONFIG,
                    String.join("\n", file.problems.stream().map(Problem::toString).toList()));
        }
        return config;
    }
}
