package dev.sallyport.config.provider;

import dev.sallyport.config.model.Route;
import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Problem;
import java.util.List;
import java.util.Map;

/**
 * What a discovery has at one time.
 *
 * @param routes those that are good by themselves, the first with the oldest right to its hosts
 * @param places of routes and upstreams by path: {@code routes.shop/web@docker}
 * @param problems of what was left out
 */
public record Found(
        List<Route> routes,
        List<Upstream> upstreams,
        Map<String, Place> places,
        List<Problem> problems) {
    /** Nothing, and nothing wrong. */
    public static final Found NOTHING = new Found(List.of(), List.of(), Map.of(), List.of());

    public Found {
        routes = List.copyOf(routes);
        upstreams = List.copyOf(upstreams);
        places = Map.copyOf(places);
        problems = List.copyOf(problems);
    }
}
