package dev.sallyport.config.audit.seen;

import dev.sallyport.config.model.problem.Place;
import java.util.List;

/**
 * That a service is on a network.
 *
 * @param network its real name, as the engine knows it
 * @param aliases further names that the service answers to there
 */
public record Membership(Place place, String network, List<Setting> aliases) {
    public Membership {
        aliases = List.copyOf(aliases);
    }
}
