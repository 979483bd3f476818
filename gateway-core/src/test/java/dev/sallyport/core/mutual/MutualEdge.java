package dev.sallyport.core.mutual;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import dev.sallyport.acme.challenge.ChallengeBoard;
import dev.sallyport.config.check.ConfigCheck;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.read.ConfigFiles;
import dev.sallyport.config.read.ConfigReader;
import dev.sallyport.core.boot.Gateway;
import dev.sallyport.core.filter.BuiltInFilters;
import dev.sallyport.core.observe.log.AccessEntry;
import dev.sallyport.core.observe.metrics.Exposition;
import dev.sallyport.core.tls.mutual.EdgeKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** An edge before an endpoint that tells the fields it got, one a line, in lower case. */
final class MutualEdge implements AutoCloseable {
    private static final long PATIENCE = 30;

    private final Path folder;
    private final HttpServer endpoint;
    private final Gateway gateway;
    private final LinkedBlockingQueue<String> clients;

    private MutualEdge(
            Path folder,
            HttpServer endpoint,
            Gateway gateway,
            LinkedBlockingQueue<String> clients) {
        this.folder = folder;
        this.endpoint = endpoint;
        this.gateway = gateway;
        this.clients = clients;
    }

    /** {@code %d} in {@code yaml} is the port of the endpoint. */
    static MutualEdge start(Path folder, String yaml) throws Exception {
        var authority = InternalCa.create(Clock.systemUTC(), new SecureRandom());
        var store = new CertificateStore(Clock.systemUTC());
        store.publish(
                "internal",
                List.of(authority.issue(List.of("localhost", "open.test", "admin.test"))));
        return start(
                folder,
                yaml,
                store,
                names -> {
                    throw new UnusableCertificateException(names + ": nobody issues here");
                });
    }

    /** The same with the certificates of {@code store}; {@code issuer} issues the edge's own. */
    static MutualEdge start(Path folder, String yaml, CertificateStore store, EdgeKey.Issuer issuer)
            throws Exception {
        HttpServer endpoint =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endpoint.createContext(
                "/",
                exchange -> {
                    StringBuilder text = new StringBuilder();
                    for (Map.Entry<String, List<String>> field :
                            exchange.getRequestHeaders().entrySet()) {
                        for (String value : field.getValue()) {
                            text.append(field.getKey().toLowerCase(java.util.Locale.ROOT))
                                    .append(": ")
                                    .append(value)
                                    .append('\n');
                        }
                    }
                    byte[] body = text.toString().getBytes(UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        endpoint.start();
        var clients = new LinkedBlockingQueue<String>();
        try {
            Gateway gateway =
                    Gateway.start(
                            read(folder, yaml, endpoint),
                            store,
                            new ChallengeBoard(),
                            issuer,
                            List.of(entry ->
                                    clients.add(
                                            entry.string(AccessEntry.CLIENT_SUBJECT)
                                                    + " "
                                                    + entry.string(
                                                            AccessEntry.CLIENT_FINGERPRINT))));
            return new MutualEdge(folder, endpoint, gateway, clients);
        } catch (IOException | RuntimeException e) {
            endpoint.stop(0);
            throw e;
        }
    }

    /** What a check says of a configuration. */
    static List<String> problems(Path folder, String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("check.yaml"), yaml);
        var reading =
                new ConfigReader(BuiltInFilters.types(), System::getenv)
                        .read(ConfigFiles.load(file).root());
        List<Problem> problems = new ArrayList<>(reading.problems());
        if (reading.config() != null) {
            problems.addAll(new ConfigCheck(_ -> null).check(reading.config(), reading.places()));
        }
        return problems.stream().map(Problem::toString).toList();
    }

    private static GatewayConfig read(Path folder, String yaml, HttpServer endpoint)
            throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("edge.yaml"),
                        yaml.replace("%d", "" + endpoint.getAddress().getPort())
                                + "runtime: {loops: 1}\n");
        var reading =
                new ConfigReader(BuiltInFilters.types(), System::getenv)
                        .read(ConfigFiles.load(file).root());
        return Objects.requireNonNull(reading.config(), () -> "" + reading.problems());
    }

    void apply(String yaml) throws IOException {
        gateway.apply(read(folder, yaml, endpoint));
    }

    Gateway gateway() {
        return gateway;
    }

    int port() {
        return gateway.listeners().port("web");
    }

    /** Of the next request that was recorded: the subject and the fingerprint of its client. */
    String nextClient() throws InterruptedException {
        return Objects.requireNonNull(clients.poll(PATIENCE, TimeUnit.SECONDS), "no record");
    }

    /** Returns once a line of the metrics is there; fails when it does not come. */
    void awaitMetric(String line) throws IOException {
        long start = System.nanoTime();
        while (!metrics().lines().toList().contains(line)) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(PATIENCE)) {
                throw new AssertionError(metrics() + "\n(expected: " + line + ")");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private String metrics() throws IOException {
        var out = new ByteArrayOutputStream();
        new Exposition(gateway.metrics()).write(null, out);
        return out.toString(UTF_8);
    }

    @Override
    public void close() {
        gateway.close(Duration.ZERO);
        endpoint.stop(0);
    }
}
