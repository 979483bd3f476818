package dev.sallyport.config.read;

import dev.sallyport.config.model.FilterTypes;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.RouteAction.Forward;
import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Places;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.problem.Reading;
import dev.sallyport.config.model.problem.Source;
import dev.sallyport.config.model.value.EndpointAddress;
import dev.sallyport.config.model.value.InvalidValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A tree to a {@link GatewayConfig}, or to all the problems there are. */
public final class ConfigReader {
    private static final Place NOWHERE = Place.of(new Source("configuration", Path.of("")));

    private final FilterTypes filterTypes;
    private final Function<String, @Nullable String> environment;

    /**
     * A reader that knows the filters there are.
     *
     * @param environment variables by name, null for unset: {@code System::getenv}
     */
    public ConfigReader(FilterTypes filterTypes, Function<String, @Nullable String> environment) {
        this.filterTypes = filterTypes;
        this.environment = environment;
    }

    /** Reads one whole tree. */
    public Reading read(Node.Section root) {
        return read(root, new Problems());
    }

    /** Reads several trees as one: a name that is in two of them is an error. */
    public Reading read(List<Node.Section> trees) {
        var problems = new Problems();
        var merge = new TreeMerge(problems);
        trees.forEach(merge::add);
        var place = trees.isEmpty() ? NOWHERE : trees.getFirst().place();
        return read(merge.root(place), problems);
    }

    private Reading read(Node.Section root, Problems problems) {
        var filters = new FilterReader(problems, filterTypes);
        var secrets = new SecretReader(problems, environment);
        var records = new RecordReader(problems, filters, secrets);
        filters.readNamed(root, records);
        var config = (GatewayConfig) records.read(GatewayConfig.class, root, "", null);
        var places = records.places(root.place());
        var whole =
                config == null ? null : withImplicitUpstreams(config, records, places, problems);
        var all = problems.all();
        return new Reading(Problem.anyError(all) ? null : whole, places, all);
    }

    /** Adds an upstream of one endpoint for each address that a route forwards to directly. */
    private static GatewayConfig withImplicitUpstreams(
            GatewayConfig config, RecordReader records, Places places, Problems problems) {
        var upstreams = new ArrayList<>(config.upstreams());
        var implied = new HashSet<String>();
        var forwarding = new LinkedHashMap<String, String>();
        for (var route : config.routes()) {
            if (route.action() instanceof Forward(var target)) {
                forwarding.put("routes." + route.name() + ".forward", target);
            }
        }
        for (var route : config.relayRoutes()) {
            forwarding.put(route.section() + "." + route.name() + ".forward", route.upstream());
        }
        forwarding.forEach((path, target) -> {
            if (Forward.isAddress(target) && implied.add(target)) {
                var address = new Node.Text(places.of(path), target, false);
                if (isAddress(address, path, problems)) {
                    var section = Node.Section.of("endpoints", address);
                    var upstream = (Upstream) records.read(Upstream.class, section, path, target);
                    upstreams.add(Objects.requireNonNull(upstream));
                }
            }
        });
        return config.withUpstreams(upstreams);
    }

    private static boolean isAddress(Node.Text text, String path, Problems problems) {
        try {
            EndpointAddress.parse(text.text());
            return true;
        } catch (InvalidValue e) {
            problems.add(Problem.of(text.place(), path, e));
            return false;
        }
    }
}
