package dev.sallyport.core.outside;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.problem.Reading;
import dev.sallyport.config.read.ConfigFiles;
import dev.sallyport.config.read.ConfigReader;
import dev.sallyport.core.boot.Gateway;
import dev.sallyport.core.filter.BuiltInFilters;
import dev.sallyport.core.observe.metrics.Exposition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;

/** A gateway on loopback, started from the text of a configuration file. */
final class Edge implements AutoCloseable {
    private static final String LISTENERS =
            """
            listeners:
              web: {address: "127.0.0.1:0"}
              secure: {address: "127.0.0.1:0", tls: {}}
              h2c: {address: "127.0.0.1:0", protocols: [h2, http/1.1]}
            """;

    private final Wire wire;
    private final Gateway gateway;
    private final Records records;
    private final SSLContext clientTls;
    private final X509Certificate root;

    private Edge(Wire wire, Gateway gateway, Records records, X509Certificate root)
            throws Exception {
        this.root = root;
        this.wire = wire;
        this.gateway = gateway;
        this.records = records;
        this.clientTls = RawClient.trusting(root);
    }

    /** Starts on what {@code yaml} says; listeners are added unless it has some. */
    static Edge start(Wire wire, String yaml) {
        return start(wire, 2, yaml);
    }

    static Edge start(Wire wire, int loops, String yaml) {
        try {
            var random = new SecureRandom();
            var ca = InternalCa.create(Clock.systemUTC(), random);
            var store = new CertificateStore(Clock.systemUTC());
            store.publish(
                    "internal", List.of(ca.issue(List.of("localhost", "a.example", "b.example"))));
            var records = new Records();
            String runtime =
                    "runtime: {transport: %s, loops: %d}\n".formatted(wire.transport(), loops);
            Gateway gateway = Gateway.start(read(whole(yaml) + runtime), store, List.of(records));
            return new Edge(wire, gateway, records, ca.root());
        } catch (Exception e) {
            throw new IllegalStateException("edge did not start on:\n" + yaml, e);
        }
    }

    private static String whole(String yaml) {
        String text = yaml.endsWith("\n") ? yaml : yaml + "\n";
        return text.contains("listeners:\n") ? text : LISTENERS + text;
    }

    static GatewayConfig read(String yaml) {
        try {
            Path file = Files.createTempFile("edge", ".yaml");
            try {
                Files.writeString(file, yaml);
                Reading reading =
                        new ConfigReader(BuiltInFilters.types(), System::getenv)
                                .read(ConfigFiles.load(file).root());
                GatewayConfig config = reading.config();
                if (config == null) {
                    throw new IllegalArgumentException(reading.problems() + " in:\n" + yaml);
                }
                return config;
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts another configuration in force; what it says of {@code runtime} is kept. */
    void apply(String yaml) throws IOException {
        gateway.apply(read(whole(yaml)));
    }

    Gateway gateway() {
        return gateway;
    }

    Records records() {
        return records;
    }

    int port() {
        return port(wire.isTls() ? "secure" : "web");
    }

    int port(String listener) {
        return gateway.listeners().port(listener);
    }

    /** A connection on the edge's wire. */
    RawClient connect() {
        return wire.isTls()
                ? RawClient.secure(port("secure"), "localhost", clientTls)
                : RawClient.plain(port("web"));
    }

    SSLContext clientTls() {
        return clientTls;
    }

    /** Writes the authority of its certificates to a file, for clients to trust. */
    Path rootFile(Path folder) throws Exception {
        String body =
                Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(root.getEncoded());
        return Files.writeString(
                folder.resolve("root.pem"),
                "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
    }

    /** A connection on which HTTP/2 is agreed, over the edge's wire; nothing was sent on it. */
    RawClient connectForHttp2() {
        return wire.isTls()
                ? RawClient.secure(port("secure"), "localhost", clientTls, "h2")
                : RawClient.plain(port("h2c"));
    }

    RawClient connectSecurely(String serverName) {
        return RawClient.secure(port("secure"), serverName, clientTls);
    }

    /** Sends one request on a connection of its own. */
    Response ask(String request) {
        try (RawClient client = connect()) {
            return client.ask(request);
        }
    }

    String metrics() {
        var text = new ByteArrayOutputStream();
        try {
            new Exposition(gateway.metrics()).write(null, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString(UTF_8);
    }

    /** The sum of the samples of {@code name} whose labels hold all of {@code labels}. */
    long metric(String name, String... labels) {
        return (long)
                metrics()
                        .lines()
                        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                        .filter(line -> List.of(labels).stream().allMatch(line::contains))
                        .mapToDouble(line ->
                                Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                        .sum();
    }

    void awaitMetric(long expected, String name, String... labels) {
        Await.until(
                name + List.of(labels) + " " + expected,
                () -> metric(name, labels) == expected,
                this::metrics);
    }

    @Override
    public void close() {
        gateway.close(Duration.ZERO);
    }
}
