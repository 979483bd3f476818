package dev.sallyport.config.feed;

import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.problem.Places;
import dev.sallyport.config.model.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Those who put configurations in force: all of them take one, or none does. */
final class Subscribers {
    private final List<ConfigSubscriber> subscribers;
    private @Nullable Applied inForce;

    private record Applied(GatewayConfig config, Places places) {}

    Subscribers(List<? extends ConfigSubscriber> subscribers) {
        this.subscribers = List.copyOf(subscribers);
    }

    /** Whether a configuration is the one in force. */
    boolean isInForce(GatewayConfig config) {
        return inForce != null && inForce.config.equals(config);
    }

    /** Offers a configuration; with an error among the problems the one before is in force. */
    List<Problem> apply(GatewayConfig config, Places places) {
        var problems = new ArrayList<Problem>();
        for (int i = 0; i < subscribers.size(); i++) {
            problems.addAll(subscribers.get(i).apply(config, places));
            if (Problem.anyError(problems)) {
                goBack(i);
                return problems;
            }
        }
        inForce = new Applied(config, places);
        return problems;
    }

    private void goBack(int count) {
        var before = inForce;
        if (before != null) {
            subscribers.subList(0, count).forEach(s -> s.apply(before.config, before.places));
        }
    }
}
