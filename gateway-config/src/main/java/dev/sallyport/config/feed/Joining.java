package dev.sallyport.config.feed;

import dev.sallyport.config.check.ConfigCheck;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.Route;
import dev.sallyport.config.model.RouteAction.Forward;
import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Places;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.problem.Source;
import dev.sallyport.config.provider.Discovery;
import dev.sallyport.config.provider.Found;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A configuration with what discoveries found beside it. A route or upstream that the rules refuse
 * is left out, and told; the configuration itself is never.
 */
final class Joining {
    private final List<Discovery> discoveries;
    private final ConfigCheck check;
    private final Map<String, Found> last = new HashMap<>();

    Joining(List<? extends Discovery> discoveries, ConfigCheck check) {
        this.discoveries = List.copyOf(discoveries);
        this.check = check;
    }

    /**
     * What is to be put in force.
     *
     * @param problems of what was found; errors are those of what was left out
     */
    record Joined(GatewayConfig config, Places places, List<Problem> problems) {}

    /** Asks all discoveries. */
    Joined join(GatewayConfig base, Places places) {
        var problems = new ArrayList<Problem>();
        var routes = new ArrayList<Route>();
        var upstreams = new ArrayList<Upstream>();
        var all = places;
        for (var discovery : discoveries) {
            Found found = ask(discovery, base, problems);
            routes.addAll(found.routes());
            upstreams.addAll(found.upstreams());
            problems.addAll(found.problems());
            all = all.with(found.places());
        }
        if (routes.isEmpty() && upstreams.isEmpty()) {
            return new Joined(base, places, problems);
        }
        var config = joined(base, routes, upstreams);
        var judged = foundProblems(config, all);
        while (Problem.anyError(judged)) {
            problems.addAll(judged.stream().filter(Problem::isError).toList());
            var refused = new HashSet<String>();
            judged.stream().filter(Problem::isError).forEach(each -> refused.add(subject(each)));
            leaveOut(refused, routes, upstreams);
            config = joined(base, routes, upstreams);
            judged = foundProblems(config, all);
        }
        problems.addAll(judged);
        return new Joined(config, all, problems);
    }

    /**
     * A discovery that fails has a bug: what it found before stands, and nothing else waits for it.
     */
    private Found ask(Discovery discovery, GatewayConfig base, List<Problem> problems) {
        try {
            var found = discovery.find(base);
            last.put(discovery.name(), found);
            return found;
        } catch (RuntimeException e) {
            var place = Place.of(new Source("provider " + discovery.name(), Path.of("")));
            problems.add(Problem.error(place, "", "failed: " + e, "no failure; please report it"));
            return last.getOrDefault(discovery.name(), Found.NOTHING);
        }
    }

    private static void leaveOut(
            Set<String> refused, List<Route> routes, List<Upstream> upstreams) {
        upstreams.removeIf(each -> refused.contains("upstreams." + each.name()));
        var left = new HashSet<String>();
        upstreams.forEach(each -> left.add(each.name()));
        Predicate<Route> isLost =
                route ->
                        refused.contains("routes." + route.name())
                                || (route.action() instanceof Forward(var target)
                                        && !left.contains(target));
        routes.removeIf(isLost);
    }

    private static GatewayConfig joined(
            GatewayConfig base, List<Route> routes, List<Upstream> upstreams) {
        var allRoutes = new ArrayList<>(base.routes());
        allRoutes.addAll(routes);
        var allUpstreams = new ArrayList<>(base.upstreams());
        allUpstreams.addAll(upstreams);
        return base.with(allRoutes, allUpstreams);
    }

    /** What the rules say of what was found; the rest was judged before. */
    private List<Problem> foundProblems(GatewayConfig config, Places places) {
        return check.check(config, places).stream()
                .filter(problem -> subject(problem).indexOf('@') >= 0)
                .toList();
    }

    /** {@code routes.shop/web@docker} of {@code routes.shop/web@docker.host[0]}. */
    private static String subject(Problem problem) {
        int at = problem.path().indexOf('@');
        if (at < 0) {
            return problem.path();
        }
        int end = problem.path().indexOf('.', at);
        return end < 0 ? problem.path() : problem.path().substring(0, end);
    }
}
