package dev.sallyport.acme.storage;

import dev.sallyport.acme.json.Json;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a generation of a certificate comes from.
 *
 * @param names sorted, as they were ordered
 * @param authority the directory of who issued it
 * @param account URL of the account that ordered it; null when that is not ours
 * @param order URL of the order
 * @param profile asked for
 * @param issuedAt by our clock
 */
public record Meta(
        List<String> names,
        String authority,
        @Nullable String account,
        @Nullable String order,
        @Nullable String profile,
        Instant issuedAt) {
    public Meta {
        names = List.copyOf(names);
    }

    String text(String digest) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("names", names);
        object.put("authority", authority);
        put(object, "account", account);
        put(object, "order", order);
        put(object, "profile", profile);
        object.put("issued-at", issuedAt.toString());
        object.put("sha256", digest);
        return Json.write(object);
    }

    /** Reads what {@link #text} wrote; the digest is the caller's to compare. */
    static Meta read(Map<String, @Nullable Object> object) throws IOException {
        var names = Json.texts(object, "names");
        var authority = Json.text(object, "authority");
        var issuedAt = Json.text(object, "issued-at");
        if (names.isEmpty() || authority == null || issuedAt == null) {
            throw new IOException("incomplete (expected: names, authority, issued-at)");
        }
        try {
            return new Meta(
                    names,
                    authority,
                    Json.text(object, "account"),
                    Json.text(object, "order"),
                    Json.text(object, "profile"),
                    Instant.parse(issuedAt));
        } catch (DateTimeException e) {
            throw new IOException("issued-at: \"" + issuedAt + "\" (expected: a time)", e);
        }
    }

    private static void put(Map<String, Object> object, String key, @Nullable String value) {
        if (value != null) {
            object.put(key, value);
        }
    }
}
