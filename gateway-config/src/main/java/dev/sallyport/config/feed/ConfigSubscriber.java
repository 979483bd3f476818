package dev.sallyport.config.feed;

import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.problem.Places;
import dev.sallyport.config.model.problem.Problem;
import java.util.List;

/** Puts configurations in force. Called by one thread at a time. */
@FunctionalInterface
public interface ConfigSubscriber {
    /**
     * Takes a configuration, or leaves the one before in force and says why.
     *
     * @param places where its settings were written, for the problems
     * @return with an error among them it was not taken
     */
    List<Problem> apply(GatewayConfig config, Places places);
}
