package dev.sallyport.config.guard.engine;

import dev.sallyport.config.guard.json.JsonReader;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The TCP ports that images expose, each image asked about once. */
final class ImagePorts {
    private static final int MOST = 2_000;
    private static final int MOST_PORTS = 100;

    private final SequencedMap<String, List<Integer>> byImage = new LinkedHashMap<>();

    @Nullable List<Integer> find(String image) {
        return byImage.get(image);
    }

    void put(String image, List<Integer> ports) {
        if (byImage.size() >= MOST) {
            byImage.pollFirstEntry();
        }
        byImage.put(image, ports);
    }

    /** Reads an image: its exposed ports, and nothing else of it. */
    static List<Integer> read(JsonReader json) throws IOException {
        var ports = new TreeSet<Integer>();
        json.beginObject();
        for (var key = json.nextName(); key != null; key = json.nextName()) {
            if (!key.equals("Config") || !json.isObject()) {
                json.skip();
                continue;
            }
            json.beginObject();
            for (var part = json.nextName(); part != null; part = json.nextName()) {
                if (part.equals("ExposedPorts") && json.isObject()) {
                    json.beginObject();
                    for (var port = json.nextName(); port != null; port = json.nextName()) {
                        json.skip();
                        add(port, ports);
                    }
                } else {
                    json.skip();
                }
            }
        }
        return List.copyOf(ports);
    }

    /** {@code 8080/tcp}; without a protocol it is TCP. */
    private static void add(String written, Set<Integer> ports) {
        var port = written.endsWith("/tcp") ? written.substring(0, written.length() - 4) : written;
        if (port.matches("[1-9][0-9]{0,4}") && ports.size() < MOST_PORTS) {
            ports.add(Integer.parseInt(port));
        }
    }
}
