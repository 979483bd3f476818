package dev.sallyport.config.read;

import dev.sallyport.config.model.FilterSettings;
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
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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

    /**
     * Reads one record by itself, with the words and messages of a whole configuration.
     *
     * @param path what its settings are called by in problems
     * @param filters those that have a name
     */
    public <T extends Record> Part<T> readPart(
            Class<T> type,
            Node.Section section,
            String path,
            String name,
            Map<String, FilterSettings> filters) {
        var problems = new Problems();
        var named = new FilterReader(problems, filterTypes);
        named.know(filters);
        var records = new RecordReader(problems, named, new SecretReader(problems, environment));
        var read = type.cast(records.read(type, section, path, name));
        var all = problems.all();
        return new Part<>(Problem.anyError(all) ? null : read, all);
    }

    /** The keys that may be written in a record. */
    public static Set<String> keys(Class<? extends Record> type) {
        return RecordReader.keys(type);
    }

    /**
     * A text as a tree, when it is one: {@code [a, b]} or {@code {a: b}}; any other text as itself.
     */
    public static Node flow(String text, Place place, List<Problem> met) {
        if (!text.startsWith("[") && !text.startsWith("{")) {
            return new Node.Text(place, text, false);
        }
        var problems = new Problems();
        var node = YamlText.read(text, place.source(), problems);
        met.addAll(problems.all());
        return node == null ? new Node.Text(place, text, false) : at(place, node);
    }

    /** The same tree, all of it at one place: one without lines. */
    private static Node at(Place place, Node node) {
        return switch (node) {
            case Node.Text(_, var text, var plain) -> new Node.Text(place, text, plain);
            case Node.Items(_, var items) ->
                    new Node.Items(place, items.stream().map(each -> at(place, each)).toList());
            case Node.Section(_, var entries) -> {
                var moved = new LinkedHashMap<String, Node.Entry>();
                entries.forEach((key, entry) ->
                        moved.put(key, new Node.Entry(place, at(place, entry.value()))));
                yield new Node.Section(place, moved);
            }
        };
    }

    /**
     * What came of reading one record.
     *
     * @param value null when there is an error among the problems
     */
    public record Part<T>(@Nullable T value, List<Problem> problems) {
        public Part {
            problems = List.copyOf(problems);
        }
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
