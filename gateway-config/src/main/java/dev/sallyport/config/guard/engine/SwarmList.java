package dev.sallyport.config.guard.engine;

import dev.sallyport.config.guard.feed.Attachment;
import dev.sallyport.config.guard.feed.Workload;
import dev.sallyport.config.guard.feed.Workload.Health;
import dev.sallyport.config.guard.feed.Workload.State;
import dev.sallyport.config.guard.json.JsonReader;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Services and tasks of a swarm to workloads: a task for each, with the labels of its service. */
final class SwarmList {
    private static final int MOST = 20_000;

    private final LabelFilter filter;

    SwarmList(LabelFilter filter) {
        this.filter = filter;
    }

    /** A service with labels of ours. */
    record Service(String name, LabelFilter.Labels labels) {}

    /** Services with labels of ours, by id. */
    Map<String, Service> services(JsonReader json) throws IOException {
        var services = new HashMap<String, Service>();
        json.beginArray();
        while (json.nextItem()) {
            var id = "";
            var spec = new Service("", LabelFilter.Labels.NONE);
            json.beginObject();
            for (var key = json.nextName(); key != null; key = json.nextName()) {
                switch (key) {
                    case "ID" -> id = json.scalar();
                    case "Spec" -> spec = spec(json);
                    default -> json.skip();
                }
            }
            if (spec.labels.count() > 0 && services.size() < MOST) {
                services.put(id, spec);
            }
        }
        return services;
    }

    private Service spec(JsonReader json) throws IOException {
        var name = "";
        var labels = LabelFilter.Labels.NONE;
        json.beginObject();
        for (var key = json.nextName(); key != null; key = json.nextName()) {
            switch (key) {
                case "Name" -> name = json.scalar();
                case "Labels" -> labels = filter.read(json);
                default -> json.skip();
            }
        }
        return new Service(name, labels);
    }

    /** Tasks of these services. */
    List<Workload> tasks(JsonReader json, Map<String, Service> services) throws IOException {
        var workloads = new ArrayList<Workload>();
        json.beginArray();
        while (json.nextItem()) {
            var task = new Task();
            task.read(json);
            var service = services.get(task.service);
            if (service != null && workloads.size() < MOST) {
                workloads.add(task.workload(service));
            }
        }
        workloads.sort(Comparator.comparing(Workload::name));
        return workloads;
    }

    /** One task while it is read. */
    private static final class Task {
        private String id = "";
        private String service = "";
        private String slot = "";
        private String node = "";
        private String state = "";
        private String container = "";
        private String created = "";
        private final List<Attachment> networks = new ArrayList<>();

        void read(JsonReader json) throws IOException {
            json.beginObject();
            for (var key = json.nextName(); key != null; key = json.nextName()) {
                switch (key) {
                    case "ID" -> id = json.scalar();
                    case "ServiceID" -> service = json.scalar();
                    case "Slot" -> slot = json.scalar();
                    case "NodeID" -> node = json.scalar();
                    case "CreatedAt" -> created = json.scalar();
                    case "Status" -> status(json);
                    case "NetworksAttachments" -> networks(json);
                    default -> json.skip();
                }
            }
        }

        private void status(JsonReader json) throws IOException {
            json.beginObject();
            for (var key = json.nextName(); key != null; key = json.nextName()) {
                if (key.equals("State")) {
                    state = json.scalar();
                } else if (key.equals("ContainerStatus") && json.isObject()) {
                    json.beginObject();
                    for (var part = json.nextName(); part != null; part = json.nextName()) {
                        if (part.equals("ContainerID")) {
                            container = json.scalar();
                        } else {
                            json.skip();
                        }
                    }
                } else {
                    json.skip();
                }
            }
        }

        private void networks(JsonReader json) throws IOException {
            if (!json.isArray()) {
                json.skip();
                return;
            }
            json.beginArray();
            while (json.nextItem()) {
                var network = new String[] {"", ""};
                var ip4 = "";
                var ip6 = "";
                json.beginObject();
                for (var key = json.nextName(); key != null; key = json.nextName()) {
                    if (key.equals("Network")) {
                        network = network(json);
                    } else if (key.equals("Addresses") && json.isArray()) {
                        json.beginArray();
                        while (json.nextItem()) {
                            var address = json.scalar().split("/", 2)[0];
                            ip6 = address.contains(":") ? address : ip6;
                            ip4 = address.contains(":") ? ip4 : address;
                        }
                    } else {
                        json.skip();
                    }
                }
                networks.add(new Attachment(network[0], network[1], id, ip4, ip6));
            }
        }

        private static String[] network(JsonReader json) throws IOException {
            var name = "";
            var id = "";
            json.beginObject();
            for (var key = json.nextName(); key != null; key = json.nextName()) {
                if (key.equals("ID")) {
                    id = json.scalar();
                } else if (key.equals("Spec") && json.isObject()) {
                    json.beginObject();
                    for (var part = json.nextName(); part != null; part = json.nextName()) {
                        if (part.equals("Name")) {
                            name = json.scalar();
                        } else {
                            json.skip();
                        }
                    }
                } else {
                    json.skip();
                }
            }
            return new String[] {name, id};
        }

        Workload workload(Service of) {
            var excess = of.labels.excess();
            boolean isGlobal = slot.isEmpty() || slot.equals("0");
            return new Workload(
                    container.isEmpty() ? id : container,
                    of.name + "." + (isGlobal ? node : slot),
                    "",
                    // The swarm calls a task running only when its health check agrees.
                    state.equals("running") ? State.RUNNING : State.CREATED,
                    Health.NONE,
                    seconds(),
                    of.labels.owner("com.docker.stack.namespace"),
                    of.name,
                    List.of(),
                    networks.stream().filter(each -> !each.name().equals("ingress")).toList(),
                    of.labels.ours(),
                    excess == null ? "" : excess);
        }

        private long seconds() {
            try {
                return created.isEmpty() ? 0 : Instant.parse(created).getEpochSecond();
            } catch (DateTimeParseException _) {
                return 0;
            }
        }
    }
}
