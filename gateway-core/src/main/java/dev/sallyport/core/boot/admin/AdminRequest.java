package dev.sallyport.core.boot.admin;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operator asks.
 *
 * @param path decoded, without the query
 * @param query decoded
 * @param fields by name in lower case
 */
public record AdminRequest(
        String method, String path, Map<String, String> query, Map<String, String> fields) {
    public AdminRequest {
        query = Map.copyOf(query);
        fields = Map.copyOf(fields);
    }

    /** The value of a header field, by its name in lower case. */
    public @Nullable String field(String name) {
        return fields.get(name);
    }
}
