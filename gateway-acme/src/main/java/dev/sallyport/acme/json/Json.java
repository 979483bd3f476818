package dev.sallyport.acme.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON objects as maps, read and written whole. What is absent and what is of another kind read the
 * same: as nothing.
 */
public final class Json {
    private static final int DEEPEST = 64;

    private Json() {}

    /** Reads one object; anything else, or anything after it, is an error. */
    public static Map<String, @Nullable Object> read(String text) throws IOException {
        try (JsonParser json = new JsonFactory().createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no JSON object (expected: {...})");
            }
            var object = object(json, 0);
            if (json.nextToken() != null) {
                throw new IOException("more than one JSON object (expected: one)");
            }
            return object;
        }
    }

    /** Writes for people to read. */
    public static String write(Map<String, ?> object) {
        var text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            pretty(object, json);
        } catch (IOException e) {
            throw new IllegalStateException("JSON into memory failed", e);
        }
        return text.toString();
    }

    /** Writes a map, a list or a plain value for people to read, and closes {@code out}. */
    public static void write(Object value, OutputStream out) throws IOException {
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            pretty(value, json);
        }
    }

    private static void pretty(Object value, JsonGenerator json) throws IOException {
        json.useDefaultPrettyPrinter();
        append(value, json);
        json.writeRaw('\n');
    }

    /** Writes on one line, for a log of them or to be sent. */
    public static String line(Map<String, ?> object) {
        var text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            append(object, json);
        } catch (IOException e) {
            throw new IllegalStateException("JSON into memory failed", e);
        }
        return text.toString();
    }

    /** The text under a key, or null. */
    public static @Nullable String text(Map<String, ?> object, String key) {
        return object.get(key) instanceof String text ? text : null;
    }

    /** The number under a key, or what it is otherwise. */
    public static long number(Map<String, ?> object, String key, long otherwise) {
        return object.get(key) instanceof Number number ? number.longValue() : otherwise;
    }

    /** The object under a key; empty when there is none. */
    public static Map<String, @Nullable Object> object(Map<String, ?> object, String key) {
        return object(object.get(key));
    }

    /** The objects of a list under a key. */
    public static List<Map<String, @Nullable Object>> objects(Map<String, ?> object, String key) {
        var objects = new ArrayList<Map<String, @Nullable Object>>();
        if (object.get(key) instanceof List<?> items) {
            for (var item : items) {
                objects.add(object(item));
            }
        }
        return objects;
    }

    /** The texts of a list under a key. */
    public static List<String> texts(Map<String, ?> object, String key) {
        var texts = new ArrayList<String>();
        if (object.get(key) instanceof List<?> items) {
            for (var item : items) {
                if (item instanceof String text) {
                    texts.add(text);
                }
            }
        }
        return texts;
    }

    private static Map<String, @Nullable Object> object(@Nullable Object value) {
        var object = new LinkedHashMap<String, @Nullable Object>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, each) -> object.put(String.valueOf(key), each));
        }
        return object;
    }

    private static void append(@Nullable Object value, JsonGenerator json) throws IOException {
        switch (value) {
            case null -> json.writeNull();
            case Map<?, ?> map -> {
                json.writeStartObject();
                for (var entry : map.entrySet()) {
                    json.writeFieldName(String.valueOf(entry.getKey()));
                    append(entry.getValue(), json);
                }
                json.writeEndObject();
            }
            case Iterable<?> items -> {
                json.writeStartArray();
                for (var item : items) {
                    append(item, json);
                }
                json.writeEndArray();
            }
            case Boolean truth -> json.writeBoolean(truth);
            case Double number -> json.writeNumber(number);
            case Number number -> json.writeNumber(number.longValue());
            default -> json.writeString(value.toString());
        }
    }

    private static Map<String, @Nullable Object> object(JsonParser json, int depth)
            throws IOException {
        var map = new LinkedHashMap<String, @Nullable Object>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            var name = json.currentName();
            json.nextToken();
            map.put(name, value(json, depth + 1));
        }
        return map;
    }

    private static @Nullable Object value(JsonParser json, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new IOException("nested deeper than " + DEEPEST);
        }
        var token = json.currentToken();
        if (token == null) {
            throw new IOException("ends in the middle");
        }
        return switch (token) {
            case START_OBJECT -> object(json, depth);
            case START_ARRAY -> {
                var items = new ArrayList<@Nullable Object>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    items.add(value(json, depth + 1));
                }
                yield items;
            }
            case VALUE_NUMBER_INT -> json.getLongValue();
            case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> json.getText();
        };
    }
}
