package dev.sallyport.config.guard.engine;

import dev.sallyport.config.guard.json.JsonReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of labels: those of ours within bounds, and the few that say whose a container is.
 * The rest is passed over unseen.
 */
final class LabelFilter {
    private static final int MOST = 64;
    private static final int LARGEST = 8 * 1024;
    private static final List<String> OWNERS =
            List.of(
                    "com.docker.compose.project",
                    "com.docker.compose.service",
                    "com.docker.compose.oneoff",
                    "com.docker.stack.namespace",
                    "com.docker.swarm.service.name",
                    "com.docker.swarm.service.id",
                    "com.docker.swarm.task.id");

    private final List<String> prefixes;

    LabelFilter(List<String> prefixes) {
        this.prefixes = List.copyOf(prefixes);
    }

    /**
     * What is kept.
     *
     * @param ours within bounds, or empty
     * @param count how many of ours there were
     * @param excess why ours were not kept; null when they were
     * @param owner those that say whose it is, by name
     */
    record Labels(
            Map<String, String> ours,
            int count,
            @Nullable String excess,
            Map<String, String> owner) {
        static final Labels NONE = new Labels(Map.of(), 0, null, Map.of());

        String owner(String name) {
            return owner.getOrDefault(name, "");
        }

        /** Of a run beside the service, such as a migration; it has the service's labels. */
        boolean isOneOff() {
            return owner("com.docker.compose.oneoff").equalsIgnoreCase("true");
        }
    }

    Labels read(JsonReader json) throws IOException {
        if (!json.isObject()) {
            json.skip();
            return Labels.NONE;
        }
        var ours = new HashMap<String, String>();
        var owner = new HashMap<String, String>();
        int count = 0;
        long size = 0;
        json.beginObject();
        for (var name = json.nextName(); name != null; name = json.nextName()) {
            if (isOurs(name)) {
                var value = json.scalar();
                count++;
                size += name.length() + value.length();
                if (count <= MOST && size <= LARGEST) {
                    ours.put(name, value);
                }
            } else if (OWNERS.contains(name)) {
                owner.put(name, json.scalar());
            } else {
                json.skip();
            }
        }
        var excess = new ArrayList<String>();
        if (count > MOST) {
            excess.add(count + " labels (expected: at most " + MOST + ")");
        } else if (size > LARGEST) {
            excess.add("labels of " + size + " characters (expected: at most " + LARGEST + ")");
        }
        return excess.isEmpty()
                ? new Labels(ours, count, null, owner)
                : new Labels(Map.of(), count, excess.getFirst(), owner);
    }

    private boolean isOurs(String name) {
        for (var prefix : prefixes) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
