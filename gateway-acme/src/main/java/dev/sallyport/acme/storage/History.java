package dev.sallyport.acme.storage;

import dev.sallyport.acme.json.Json;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What happened to a certificate, one line each, the oldest first. */
public final class History {
    /** The event that is counted against the fuse: written before a certificate can come of it. */
    public static final String FINALIZED = "finalized";

    private static final String FILE = "/history.jsonl";
    private static final int MOST = 1000;
    private static final int KEPT = 500;

    private final AcmeFolder folder;

    public History(AcmeFolder folder) {
        this.folder = folder;
    }

    /**
     * One event.
     *
     * @param what one word
     * @param detail for people; empty when the word says all
     */
    public record Event(Instant at, String what, String authority, String detail) {}

    /** Adds an event; old ones are dropped when there are very many. */
    public void add(String id, Event event) throws IOException {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("at", event.at().toString());
        object.put("what", event.what());
        object.put("authority", event.authority());
        object.put("detail", event.detail());
        // In front too: a crash may have cut the line before short.
        folder.append("live/" + id + FILE, "\n" + Json.line(object));
    }

    /** All events; lines that cannot be read are passed over, as the last one after a crash. */
    public List<Event> read(String id) throws IOException {
        var text = folder.read("live/" + id + FILE);
        var events = new ArrayList<Event>();
        if (text == null) {
            return events;
        }
        var lines = text.split("\n", -1);
        for (var line : lines) {
            var event = event(line);
            if (event != null) {
                events.add(event);
            }
        }
        if (lines.length > MOST) {
            folder.write("live/" + id + FILE, tail(lines));
        }
        return events;
    }

    private static String tail(String... lines) {
        var text = new StringBuilder();
        for (int i = lines.length - KEPT; i < lines.length; i++) {
            if (!lines[i].isEmpty()) {
                text.append(lines[i]).append('\n');
            }
        }
        return text.toString();
    }

    private static @Nullable Event event(String line) {
        try {
            var object = Json.read(line);
            var at = Json.text(object, "at");
            var what = Json.text(object, "what");
            var authority = Json.text(object, "authority");
            var detail = Json.text(object, "detail");
            return at == null || what == null || authority == null || detail == null
                    ? null
                    : new Event(Instant.parse(at), what, authority, detail);
        } catch (IOException | DateTimeException e) {
            return null;
        }
    }
}
