package dev.sallyport.config.guard.engine;

import dev.sallyport.config.guard.feed.Attachment;
import dev.sallyport.config.guard.feed.Workload;
import dev.sallyport.config.guard.feed.Workload.Health;
import dev.sallyport.config.guard.feed.Workload.State;
import dev.sallyport.config.guard.json.JsonReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The engine's list of containers to workloads. Arguments, mounts and labels of others are in that
 * list too; they are passed over unread.
 */
final class ContainerList {
    private static final int MOST = 20_000;

    private final LabelFilter filter;

    ContainerList(LabelFilter filter) {
        this.filter = filter;
    }

    /**
     * A container of the list.
     *
     * @param swarmService id of the service it is a task of; empty for others
     */
    record Listed(Workload workload, String imageId, String swarmService) {
        /** The same with what was asked beside the list, unless the list tells it. */
        Listed knowing(Map<String, Health> told) {
            var health = told.get(workload.id());
            return health == null || workload.health() != Health.NONE
                    ? this
                    : new Listed(workload.with(health), imageId, swarmService);
        }
    }

    List<Listed> read(JsonReader json) throws IOException {
        var all = new ArrayList<Listed>();
        json.beginArray();
        while (json.nextItem()) {
            var one = new Entry();
            one.read(json);
            if (one.isWanted()) {
                all.add(one.listed());
            }
            if (all.size() > MOST) {
                throw new IOException("more than " + MOST + " labelled containers");
            }
        }
        all.sort(Comparator.comparing(each -> each.workload.name()));
        return all;
    }

    /** One container while it is read. */
    private final class Entry {
        private String id = "";
        private String name = "";
        private String image = "";
        private String imageId = "";
        private String state = "";
        private String status = "";
        private long created;
        private LabelFilter.Labels labels = LabelFilter.Labels.NONE;
        private List<Integer> ports = List.of();
        private List<Attachment> networks = List.of();

        void read(JsonReader json) throws IOException {
            json.beginObject();
            for (var key = json.nextName(); key != null; key = json.nextName()) {
                switch (key) {
                    case "Id" -> id = json.scalar();
                    case "Names" -> name = firstName(json);
                    case "Image" -> image = json.scalar();
                    case "ImageID" -> imageId = json.scalar();
                    case "State" -> state = json.scalar();
                    case "Status" -> status = json.scalar();
                    case "Created" -> created = json.number();
                    case "Labels" -> labels = filter.read(json);
                    case "Ports" -> ports = ports(json);
                    case "NetworkSettings" -> networks = networks(json);
                    default -> json.skip();
                }
            }
        }

        boolean isWanted() {
            return labels.count() > 0 && !labels.isOneOff();
        }

        Listed listed() {
            var project = labels.owner("com.docker.compose.project");
            var stack = labels.owner("com.docker.stack.namespace");
            var service = labels.owner("com.docker.compose.service");
            var swarmService = labels.owner("com.docker.swarm.service.name");
            var excess = labels.excess();
            return new Listed(
                    new Workload(
                            id,
                            name,
                            image,
                            state(),
                            health(),
                            created,
                            stack.isEmpty() ? project : stack,
                            swarmService.isEmpty() ? service : swarmService,
                            ports,
                            networks,
                            labels.ours(),
                            excess == null ? "" : excess),
                    imageId,
                    labels.owner("com.docker.swarm.service.id"));
        }

        private State state() {
            return switch (state) {
                case "created", "configured", "initialized" -> State.CREATED;
                case "running" -> State.RUNNING;
                case "paused" -> State.PAUSED;
                case "restarting" -> State.RESTARTING;
                case "removing", "stopping" -> State.STOPPING;
                default -> State.STOPPED;
            };
        }

        /** The list tells it in the text for people: {@code Up 3 seconds (healthy)}. */
        private Health health() {
            if (status.endsWith("(healthy)")) {
                return Health.HEALTHY;
            }
            if (status.endsWith("(unhealthy)")) {
                return Health.UNHEALTHY;
            }
            boolean starting = status.endsWith("(health: starting)");
            return starting || status.endsWith("(starting)") ? Health.STARTING : Health.NONE;
        }
    }

    /** Links give further names, with the name of another container in them. */
    private static String firstName(JsonReader json) throws IOException {
        var found = "";
        if (!json.isArray()) {
            return json.scalar();
        }
        json.beginArray();
        while (json.nextItem()) {
            var name = json.scalar();
            var plain = name.startsWith("/") ? name.substring(1) : name;
            if (found.isEmpty() || found.contains("/")) {
                found = plain;
            }
        }
        return found;
    }

    private static List<Integer> ports(JsonReader json) throws IOException {
        var ports = new TreeSet<Integer>();
        if (!json.isArray()) {
            json.skip();
            return List.of();
        }
        json.beginArray();
        while (json.nextItem()) {
            int port = 0;
            var type = "";
            json.beginObject();
            for (var key = json.nextName(); key != null; key = json.nextName()) {
                switch (key) {
                    case "PrivatePort" -> port = (int) json.number();
                    case "Type" -> type = json.scalar();
                    default -> json.skip();
                }
            }
            if (type.equals("tcp") && port > 0 && port < 65_536 && ports.size() < 100) {
                ports.add(port);
            }
        }
        return List.copyOf(ports);
    }

    private static List<Attachment> networks(JsonReader json) throws IOException {
        var networks = new ArrayList<Attachment>();
        if (!json.isObject()) {
            json.skip();
            return networks;
        }
        json.beginObject();
        for (var key = json.nextName(); key != null; key = json.nextName()) {
            if (!key.equals("Networks") || !json.isObject()) {
                json.skip();
                continue;
            }
            json.beginObject();
            for (var name = json.nextName(); name != null; name = json.nextName()) {
                if (json.isObject() && networks.size() < 100) {
                    networks.add(network(name, json));
                } else {
                    json.skip();
                }
            }
        }
        networks.sort(Comparator.comparing(Attachment::name));
        return networks;
    }

    private static Attachment network(String name, JsonReader json) throws IOException {
        var id = "";
        var endpoint = "";
        var ip4 = "";
        var ip6 = "";
        json.beginObject();
        for (var key = json.nextName(); key != null; key = json.nextName()) {
            switch (key) {
                case "EndpointID" -> endpoint = json.scalar();
                case "NetworkID" -> id = json.scalar();
                case "IPAddress" -> ip4 = json.scalar();
                case "GlobalIPv6Address" -> ip6 = json.scalar();
                default -> json.skip();
            }
        }
        return new Attachment(name, id, endpoint, ip4, ip6);
    }
}
