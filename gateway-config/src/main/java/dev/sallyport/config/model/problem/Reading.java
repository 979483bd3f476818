package dev.sallyport.config.model.problem;

import dev.sallyport.config.model.GatewayConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of reading a configuration.
 *
 * @param config null when there is an error among the problems
 */
public record Reading(@Nullable GatewayConfig config, Places places, List<Problem> problems) {
    public Reading {
        problems = List.copyOf(problems);
    }
}
