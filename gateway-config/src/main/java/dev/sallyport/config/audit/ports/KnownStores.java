package dev.sallyport.config.audit.ports;

import dev.sallyport.config.audit.seen.PublishedPort;
import dev.sallyport.config.audit.seen.Service;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ports behind which data lie, or the engine itself, mostly without anybody asking who comes. */
final class KnownStores {
    private static final Map<String, String> BY_PORT =
            Map.ofEntries(
                    Map.entry("1433", "SQL Server"),
                    Map.entry("2375", "Docker engine"),
                    Map.entry("2376", "Docker engine"),
                    Map.entry("2379", "etcd"),
                    Map.entry("3306", "MySQL"),
                    Map.entry("5432", "PostgreSQL"),
                    Map.entry("5672", "RabbitMQ"),
                    Map.entry("5984", "CouchDB"),
                    Map.entry("6379", "Redis"),
                    Map.entry("8086", "InfluxDB"),
                    Map.entry("8500", "Consul"),
                    Map.entry("9042", "Cassandra"),
                    Map.entry("9092", "Kafka"),
                    Map.entry("9200", "Elasticsearch"),
                    Map.entry("11211", "memcached"),
                    Map.entry("27017", "MongoDB"));

    private KnownStores() {}

    /** What is behind a port; null when it is nothing of the kind. */
    static @Nullable String find(PublishedPort port, Service service) {
        var known = BY_PORT.get(port.port());
        return known == null && service.imageName().contains("socket-proxy")
                ? "Docker engine"
                : known;
    }
}
