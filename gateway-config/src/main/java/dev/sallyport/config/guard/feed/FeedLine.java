package dev.sallyport.config.guard.feed;

import dev.sallyport.config.guard.json.JsonReader;
import dev.sallyport.config.guard.json.JsonWriter;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The lines of the feed. Each is one JSON object: the whole inventory, or a sign of life between
 * two of them. A reader passes over what it does not know, so that either side may be newer.
 */
public final class FeedLine {
    /** Bytes of a line. */
    public static final int LONGEST = 8 << 20;

    /** What a guard says while nothing changes. */
    public static final String ALIVE = "{\"alive\":1}";

    private static final int VERSION = 1;
    private static final int MOST_WORKLOADS = 20_000;
    private static final int MOST_EACH = 1_000;

    private FeedLine() {}

    /** An inventory as a line, without its end. */
    public static String write(Inventory inventory) {
        var json = new JsonWriter().beginObject();
        json.name("feed").value(VERSION);
        json.name("generation").value(inventory.generation());
        json.text("engine", inventory.engine());
        json.name("workloads").beginArray();
        inventory.workloads().forEach(each -> write(each, json));
        return json.endArray().endObject().toString();
    }

    /** Writes one workload as an object. */
    public static void write(Workload workload, JsonWriter json) {
        json.beginObject();
        json.text("id", workload.id());
        json.text("name", workload.name());
        json.text("image", workload.image());
        json.text("state", word(workload.state()));
        json.text("health", word(workload.health()));
        json.name("created").value(workload.created());
        json.text("project", workload.project());
        json.text("service", workload.service());
        json.text("excess", workload.excess());
        json.name("ports").beginArray();
        workload.ports().forEach(json::value);
        json.endArray();
        json.name("networks").beginArray();
        for (var each : workload.networks()) {
            json.beginObject();
            json.text("name", each.name());
            json.text("id", each.id());
            json.text("endpoint", each.endpoint());
            json.text("ip4", each.ip4());
            json.text("ip6", each.ip6());
            json.endObject();
        }
        json.endArray();
        json.name("labels").beginObject();
        workload.labels().forEach((name, value) -> json.name(name).value(value));
        json.endObject();
        json.endObject();
    }

    /** The inventory of a line; null for a sign of life. */
    public static @Nullable Inventory read(String line) throws IOException {
        var json = new JsonReader(new StringReader(line));
        long version = 0;
        long generation = 0;
        var engine = "";
        List<Workload> workloads = List.of();
        json.beginObject();
        for (var name = json.nextName(); name != null; name = json.nextName()) {
            switch (name) {
                case "feed" -> version = json.number();
                case "generation" -> generation = json.number();
                case "engine" -> engine = json.scalar();
                case "workloads" -> workloads = workloads(json);
                default -> json.skip();
            }
        }
        if (version == 0) {
            return null;
        }
        if (version != VERSION) {
            throw new IOException("feed: " + version + " (expected: " + VERSION + ")");
        }
        return new Inventory(generation, engine, workloads);
    }

    private static List<Workload> workloads(JsonReader json) throws IOException {
        var workloads = new ArrayList<Workload>();
        json.beginArray();
        while (json.nextItem()) {
            if (workloads.size() == MOST_WORKLOADS) {
                throw new IOException("more than " + MOST_WORKLOADS + " workloads");
            }
            workloads.add(workload(json));
        }
        return workloads;
    }

    /** Reads one workload from its object. */
    public static Workload workload(JsonReader json) throws IOException {
        var texts = new TreeMap<String, String>();
        long created = 0;
        var ports = new ArrayList<Integer>();
        var networks = new ArrayList<Attachment>();
        var labels = new TreeMap<String, String>();
        json.beginObject();
        for (var name = json.nextName(); name != null; name = json.nextName()) {
            switch (name) {
                case "created" -> created = json.number();
                case "ports" -> {
                    json.beginArray();
                    while (json.nextItem()) {
                        requireRoom(ports.size());
                        ports.add((int) json.number());
                    }
                }
                case "networks" -> {
                    json.beginArray();
                    while (json.nextItem()) {
                        requireRoom(networks.size());
                        networks.add(network(json));
                    }
                }
                case "labels" -> {
                    json.beginObject();
                    for (var label = json.nextName(); label != null; label = json.nextName()) {
                        requireRoom(labels.size());
                        labels.put(label, json.scalar());
                    }
                }
                default -> texts.put(name, json.scalar());
            }
        }
        return new Workload(
                texts.getOrDefault("id", ""),
                texts.getOrDefault("name", ""),
                texts.getOrDefault("image", ""),
                constant(Workload.State.class, texts.get("state"), Workload.State.STOPPED),
                constant(Workload.Health.class, texts.get("health"), Workload.Health.NONE),
                created,
                texts.getOrDefault("project", ""),
                texts.getOrDefault("service", ""),
                ports,
                networks,
                labels,
                texts.getOrDefault("excess", ""));
    }

    private static Attachment network(JsonReader json) throws IOException {
        var texts = new TreeMap<String, String>();
        json.beginObject();
        for (var name = json.nextName(); name != null; name = json.nextName()) {
            texts.put(name, json.scalar());
        }
        return new Attachment(
                texts.getOrDefault("name", ""),
                texts.getOrDefault("id", ""),
                texts.getOrDefault("endpoint", ""),
                texts.getOrDefault("ip4", ""),
                texts.getOrDefault("ip6", ""));
    }

    private static void requireRoom(int size) throws IOException {
        if (size >= MOST_EACH) {
            throw new IOException("more than " + MOST_EACH + " of a workload's ports or labels");
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static <E extends Enum<E>> E constant(
            Class<E> type, @Nullable String word, E otherwise) {
        for (var constant : type.getEnumConstants()) {
            if (word(constant).equals(word)) {
                return constant;
            }
        }
        return otherwise;
    }
}
