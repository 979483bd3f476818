package dev.sallyport.acme.ondemand;

import dev.sallyport.acme.json.Json;
import dev.sallyport.acme.storage.AcmeFolder;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names that got, or are to get, a certificate on demand: what makes them survive a restart. Read
 * by event loops without locks; written to the disk by one thread.
 */
final class KnownNames {
    private static final Logger log = LoggerFactory.getLogger(KnownNames.class);
    private static final String FILE = "on-demand.json";

    private final AcmeFolder folder;
    private final Map<String, Use> uses = new ConcurrentHashMap<>();
    private String written = "";

    /** When a name was asked for first, and when a client used it last. */
    private static final class Use {
        private final Instant first;
        private volatile long lastSecond;

        Use(Instant first, Instant last) {
            this.first = first;
            this.lastSecond = last.getEpochSecond();
        }
    }

    KnownNames(AcmeFolder folder) {
        this.folder = folder;
    }

    /** Takes what the disk has; true when that changed since. What is damaged is as nothing. */
    boolean read() {
        try {
            var text = folder.read(FILE);
            if (text == null || text.equals(written)) {
                return false;
            }
            written = text;
            var found = new TreeMap<String, Use>();
            for (var entry : Json.objects(Json.read(text), "names")) {
                var name = Json.text(entry, "name");
                if (name != null && NameRules.refusal(name) == null) {
                    found.put(name, new Use(time(entry, "first"), time(entry, "used")));
                }
            }
            uses.keySet().retainAll(found.keySet());
            found.forEach(uses::putIfAbsent);
            return true;
        } catch (IOException | DateTimeException e) {
            log.error("names on demand unreadable file={} error={}", FILE, e.toString());
            return false;
        }
    }

    private static Instant time(Map<String, @Nullable Object> entry, String key)
            throws IOException {
        var text = Json.text(entry, key);
        if (text == null) {
            throw new IOException(FILE + ": " + key + ": absent (expected: a time)");
        }
        return Instant.parse(text);
    }

    /** Writes what changed since. */
    void write() throws IOException {
        var names = new TreeMap<String, Map<String, Object>>();
        uses.forEach((name, use) -> {
            var entry = new LinkedHashMap<String, Object>();
            entry.put("name", name);
            entry.put("first", use.first.toString());
            entry.put("used", Instant.ofEpochSecond(use.lastSecond).toString());
            names.put(name, entry);
        });
        var text = Json.write(Map.of("names", List.copyOf(names.values())));
        boolean isAbsent = uses.isEmpty() && written.isEmpty();
        if (!isAbsent && !text.equals(written)) {
            folder.write(FILE, text);
            written = text;
        }
    }

    /** Adds one, on the disk first. */
    void add(String name, Instant now) throws IOException {
        uses.put(name, new Use(now, now));
        try {
            write();
        } catch (IOException e) {
            uses.remove(name);
            throw e;
        }
    }

    void remove(String name) {
        uses.remove(name);
    }

    boolean contains(String name) {
        return uses.containsKey(name);
    }

    int size() {
        return uses.size();
    }

    List<String> names() {
        return uses.keySet().stream().sorted().toList();
    }

    /** For event loops: writes only what differs by a minute. */
    void used(String name, long second) {
        var use = uses.get(name);
        if (use != null && second - use.lastSecond >= 60) {
            use.lastSecond = second;
        }
    }

    @Nullable Instant first(String name) {
        var use = uses.get(name);
        return use == null ? null : use.first;
    }

    @Nullable Instant lastUsed(String name) {
        var use = uses.get(name);
        return use == null ? null : Instant.ofEpochSecond(use.lastSecond);
    }
}
