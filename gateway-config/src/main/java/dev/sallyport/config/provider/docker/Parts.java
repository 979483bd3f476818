package dev.sallyport.config.provider.docker;

import dev.sallyport.config.model.FilterSettings;
import dev.sallyport.config.read.ConfigReader;
import dev.sallyport.config.read.ConfigReader.Part;
import dev.sallyport.config.read.Node;
import java.util.HashMap;
import java.util.Map;

/** Reads records of labels, each once: of all that is looked at after an event, little is new. */
final class Parts {
    private final ConfigReader reader;
    private Map<Key, Part<?>> before = new HashMap<>();
    private Map<Key, Part<?>> now = new HashMap<>();
    private Map<String, FilterSettings> filters = Map.of();

    private record Key(Class<?> type, Node.Section section, String path, String name) {}

    Parts(ConfigReader reader) {
        this.reader = reader;
    }

    /** A look at the whole begins; what the one before did not use is forgotten. */
    void begin(Map<String, FilterSettings> named) {
        before = now;
        now = new HashMap<>();
        if (!named.equals(filters)) {
            before = new HashMap<>();
            filters = named;
        }
    }

    @SuppressWarnings("unchecked") // the key holds the type
    <T extends Record> Part<T> read(Class<T> type, Node.Section section, String path, String name) {
        var key = new Key(type, section, path, name);
        var known = now.containsKey(key) ? now.get(key) : before.get(key);
        var part = known == null ? reader.readPart(type, section, path, name, filters) : known;
        now.put(key, part);
        return (Part<T>) part;
    }
}
