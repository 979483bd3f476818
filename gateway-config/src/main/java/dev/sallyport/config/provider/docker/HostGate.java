package dev.sallyport.config.provider.docker;

import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.Route;
import dev.sallyport.config.model.discovery.Providers.Grant;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.value.HostPattern;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which hosts a container's route gets of those it asks for. The others are told, by name. */
final class HostGate {
    private static final String PUNYCODE = "xn--";

    private final Claims claims;
    private final List<Grant> grants;
    private final List<Problem> problems;
    private final Set<HostPattern> taken = new HashSet<>();

    HostGate(Claims claims, GatewayConfig base, List<Grant> grants, List<Problem> problems) {
        this.claims = claims;
        this.grants = List.copyOf(grants);
        this.problems = problems;
        base.routes().forEach(route -> taken.addAll(route.match().hosts()));
    }

    /** The hosts the route gets; {@code seen} is when its owner was last there. */
    List<HostPattern> pass(Route route, Member by, Instant seen) {
        var passed = new ArrayList<HostPattern>();
        for (var host : route.match().hosts()) {
            var refusal = refusal(host, route, by, seen);
            if (refusal == null) {
                passed.add(host);
                warnOfForeign(host, route, by);
            } else {
                problems.add(
                        Problem.error(
                                by.labels().place(),
                                GroupRoutes.hostLabel(route),
                                Problem.quote(host.toString()),
                                refusal));
            }
        }
        return passed;
    }

    /** What would have to be otherwise; null when the host is this route's. */
    private @Nullable String refusal(HostPattern host, Route route, Member by, Instant seen) {
        var owner = by.owner();
        if (!grants.isEmpty() && !isGranted(host, owner)) {
            return "a host that a grant gives to " + owner;
        }
        if (grants.isEmpty() && host.kind() == HostPattern.Kind.WILDCARD) {
            return "a single host; many at once take a grant under providers.docker.grants";
        }
        if (grants.isEmpty() && taken.contains(host)) {
            return "a host that no route of the configuration file has, or a grant";
        }
        var match = route.match();
        var path =
                String.valueOf(match.path())
                        + match.methods()
                        + match.headers()
                        + match.query()
                        + match.client()
                        + match.listeners();
        var inTheWay = claims.claim(host, path, !grants.isEmpty(), owner, seen);
        if (inTheWay == null) {
            return null;
        }
        return "a host of its own: this one is of "
                + inTheWay.owner()
                + " since "
                + inTheWay.since().truncatedTo(ChronoUnit.SECONDS);
    }

    private boolean isGranted(HostPattern host, Owner owner) {
        for (var grant : grants) {
            boolean isWho = grant.projects().isEmpty() || grant.projects().contains(owner.name());
            boolean isWhere =
                    grant.networks().isEmpty() || grant.networks().contains(owner.network());
            if (isWho && isWhere && grant.covers(host)) {
                return true;
            }
        }
        return false;
    }

    /** A name that looks like another is not it, but people may take it for it. */
    private void warnOfForeign(HostPattern host, Route route, Member by) {
        for (var label : host.name().split("\\.", -1)) {
            if (label.startsWith(PUNYCODE)) {
                problems.add(
                        Problem.warning(
                                by.labels().place(),
                                GroupRoutes.hostLabel(route),
                                Problem.quote(host.toString())
                                        + " is an international name, which may look like another",
                                null));
                return;
            }
        }
    }
}
