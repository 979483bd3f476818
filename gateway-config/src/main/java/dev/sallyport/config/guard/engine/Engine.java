package dev.sallyport.config.guard.engine;

import dev.sallyport.config.guard.feed.Workload;
import dev.sallyport.config.guard.feed.Workload.Health;
import dev.sallyport.config.patience.TimeLimit;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** An engine, asked for what is there and for what happens. Threads of its caller. */
public final class Engine {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final EngineAddress address;
    private final ContainerList containers;
    private final SwarmList swarm;
    private final ImagePorts imagePorts = new ImagePorts();
    private ApiVersion version = ApiVersion.OLDEST;
    private String product = "";
    private boolean isPodman;
    private boolean isSwarm = true;

    /**
     * An engine that has not been asked anything.
     *
     * @param prefixes of the labels that are passed on
     */
    public Engine(EngineAddress address, List<String> prefixes) {
        this.address = address;
        var filter = new LabelFilter(prefixes);
        this.containers = new ContainerList(filter);
        this.swarm = new SwarmList(filter);
    }

    /** Agrees on a version of the API. */
    public void greet() throws IOException {
        try (var wire = address.connect();
                var _ = limit(wire);
                var answer = EngineAnswer.of(EngineCall.PING, wire)) {
            if (answer.status() != 200) {
                throw new IOException("ping answered with status " + answer.status());
            }
            version = ApiVersion.agreed(answer.field("api-version"));
            var podman = answer.field("libpod-api-version");
            var server = answer.field("server");
            product =
                    podman != null
                            ? "Podman " + podman
                            : server == null ? "engine" : product(server);
            isPodman = podman != null;
            isSwarm = !isPodman;
        }
    }

    private static String product(String server) {
        return server.length() > 100 ? server.substring(0, 100) : server;
    }

    /** What it is, for people. */
    public String product() {
        return product + ", API " + version;
    }

    /** The stream of events, opened; what happens after this returns is in it. */
    public Events events() throws IOException {
        var wire = address.connect();
        try (var _ = limit(wire)) {
            var answer = EngineAnswer.of(EngineCall.events(version), wire);
            return new Events(answer);
        } catch (IOException | RuntimeException e) {
            wire.close();
            throw e;
        }
    }

    /** All workloads with labels of ours, by name. */
    public List<Workload> list() throws IOException {
        var tasks = isSwarm ? tasks() : List.<Workload>of();
        var services = new HashSet<String>();
        tasks.forEach(task -> services.add(task.service()));
        var all = new ArrayList<>(tasks);
        var listed = containers(EngineCall.containers(version));
        var health = isPodman && !listed.isEmpty() ? health() : Map.<String, Health>of();
        for (var each : listed) {
            boolean isTask = !each.swarmService().isEmpty();
            if (!isTask || !services.contains(each.workload().service())) {
                all.add(withPorts(each.knowing(health)));
            }
        }
        all.sort(Comparator.comparing(Workload::name).thenComparing(Workload::id));
        return all;
    }

    private List<ContainerList.Listed> containers(EngineCall call) throws IOException {
        try (var wire = address.connect();
                var _ = limit(wire);
                var answer = EngineAnswer.of(call, wire)) {
            return containers.read(answer.json());
        }
    }

    /**
     * What health checks say, by id. The list of Podman (4.3) leaves it out, but can be asked for
     * those of one health; inspect has it too, with environments. The order is that in which a
     * health follows another, so that one which changes meanwhile is not lost.
     */
    private Map<String, Health> health() throws IOException {
        var all = new HashMap<String, Health>();
        for (var health : List.of(Health.STARTING, Health.HEALTHY, Health.UNHEALTHY)) {
            var word = health.name().toLowerCase(Locale.ROOT);
            for (var each : containers(EngineCall.containers(version, word))) {
                all.put(each.workload().id(), health);
            }
        }
        return all;
    }

    /** On internal networks the list has no ports; the image has. */
    private Workload withPorts(ContainerList.Listed listed) throws IOException {
        var image = listed.imageId();
        if (!listed.workload().ports().isEmpty() || !EngineCall.isImageId(image)) {
            return listed.workload();
        }
        var ports = imagePorts.find(image);
        if (ports == null) {
            try (var wire = address.connect();
                    var _ = limit(wire);
                    var answer = EngineAnswer.of(EngineCall.image(version, image), wire)) {
                // An image may be gone while its containers run on.
                ports = answer.status() == 200 ? ImagePorts.read(answer.json()) : List.of();
            }
            imagePorts.put(image, ports);
        }
        return listed.workload().exposing(ports);
    }

    /** Whether services of a swarm are looked at. */
    public boolean isSwarm() {
        return isSwarm;
    }

    /** Tells that the engine may have become the manager of a swarm. */
    public void expectSwarm() {
        isSwarm = !isPodman;
    }

    private List<Workload> tasks() throws IOException {
        var services = services();
        if (services.isEmpty()) {
            return List.of();
        }
        try (var wire = address.connect();
                var _ = limit(wire);
                var answer = EngineAnswer.of(EngineCall.tasks(version), wire)) {
            return swarm.tasks(answer.json(), services);
        }
    }

    private Map<String, SwarmList.Service> services() throws IOException {
        try (var wire = address.connect();
                var _ = limit(wire);
                var answer = EngineAnswer.of(EngineCall.services(version), wire)) {
            if (answer.status() != 200) {
                // 503 of an engine that manages no swarm, 404 of one that knows none.
                isSwarm = false;
                return Map.of();
            }
            return swarm.services(answer.json());
        }
    }

    private static TimeLimit.Running limit(EngineWire wire) {
        return new TimeLimit(PATIENCE).on(wire);
    }

    /** Events as they happen, until it is closed or the engine ends them. */
    public static final class Events implements Closeable {
        private final EngineAnswer answer;

        private Events(EngineAnswer answer) {
            this.answer = answer;
        }

        /** Blocks until the stream ends. */
        public void read(Consumer<EngineEvent> taker) throws IOException {
            var json = answer.json();
            while (!json.isAtEnd()) {
                taker.accept(EngineEvent.read(json));
            }
        }

        @Override
        public void close() throws IOException {
            answer.close();
        }
    }
}
