package dev.sallyport.core.boot.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A real certificate authority on loopback, with a name server that answers 127.0.0.1 to every
 * name. It validates: nothing is ever taken for proven.
 */
final class Pebble implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = 20_000_000;

    final int httpPort;
    final int tlsPort;
    final Path caFile;
    private final Path folder;
    private final int port;
    private final int dnsPort;
    private final int dnsManagementPort;
    private final InternalCa ca;
    private final List<Process> processes = new ArrayList<>();

    /**
     * How it issues.
     *
     * @param validity of certificates
     * @param dnsServer to ask in place of its own, or null
     * @param config more of its configuration, each with a comma behind
     */
    record Settings(Duration validity, @Nullable String dnsServer, String config) {
        static final Settings USUAL = new Settings(Duration.ofDays(90), null, "");

        Settings lasting(Duration time) {
            return new Settings(time, dnsServer, config);
        }
    }

    private Pebble(Path folder) throws Exception {
        this.folder = Files.createDirectories(folder);
        httpPort = freePort();
        tlsPort = freePort();
        port = freePort();
        dnsPort = freePort();
        dnsManagementPort = freePort();
        ca = InternalCa.create(Clock.systemUTC(), new SecureRandom());
        caFile = folder.resolve("pebble-ca.pem");
        Files.writeString(caFile, ca.rootPem());
    }

    static Pebble start(Path folder) throws Exception {
        return start(folder, Settings.USUAL);
    }

    static Pebble start(Path folder, Settings settings) throws Exception {
        Path dns = Tool.require("pebble-challtestsrv");
        Pebble started = new Pebble(folder);
        var own = started.ca.issue(List.of("localhost", "127.0.0.1"));
        Files.writeString(folder.resolve("pebble.crt"), Pem.write(own.chain()));
        Files.writeString(folder.resolve("pebble.key"), Pem.write(own.key()));
        Files.writeString(
                folder.resolve("pebble.json"),
                """
                {"pebble": {
                  %s
                  "listenAddress": "127.0.0.1:%d", "managementListenAddress": "127.0.0.1:%d",
                  "certificate": "%s", "privateKey": "%s",
                  "httpPort": %d, "tlsPort": %d,
                  "certificateValidityPeriod": %d}}
                """
                        .formatted(
                                settings.config(),
                                started.port,
                                freePort(),
                                folder.resolve("pebble.crt"),
                                folder.resolve("pebble.key"),
                                started.httpPort,
                                started.tlsPort,
                                settings.validity().toSeconds()));
        started.run(
                "dns.log",
                Map.of(),
                dns.toString(),
                "-dns01",
                "127.0.0.1:" + started.dnsPort,
                "-management",
                "127.0.0.1:" + started.dnsManagementPort,
                "-http01",
                "",
                "-https01",
                "",
                "-tlsalpn01",
                "",
                "-defaultIPv4",
                "127.0.0.1",
                "-defaultIPv6",
                "");
        String server = settings.dnsServer();
        started.runPebble(server == null ? "127.0.0.1:" + started.dnsPort : server);
        started.await("pebble listens", () -> started.log().contains("Listening on"));
        return started;
    }

    /** Ends it and starts another on the same ports, which knows of nothing. */
    void restart() throws Exception {
        Process old = processes.removeLast();
        old.destroyForcibly();
        old.onExit().orTimeout(10, TimeUnit.SECONDS).join();
        Files.delete(folder.resolve("pebble.log"));
        runPebble("127.0.0.1:" + dnsPort);
        await("pebble listens", () -> log().contains("Listening on"));
    }

    private void runPebble(String server) throws IOException {
        run(
                "pebble.log",
                Map.of(
                        "PEBBLE_VA_NOSLEEP", "1",
                        "PEBBLE_WFE_NONCEREJECT", "20",
                        "PEBBLE_AUTHZREUSE", "0"),
                Tool.require("pebble").toString(),
                "-config",
                folder.resolve("pebble.json").toString(),
                "-dnsserver",
                server,
                "-strict=true");
    }

    private void run(String log, Map<String, String> environment, String... command)
            throws IOException {
        var builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(log).toFile());
        builder.environment().putAll(environment);
        processes.add(builder.start());
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    String directory() {
        return "https://127.0.0.1:" + port + "/dir";
    }

    int port() {
        return port;
    }

    /** Where the name server takes commands. */
    int dnsPort() {
        return dnsPort;
    }

    int dnsManagementPort() {
        return dnsManagementPort;
    }

    /** Signs servers that clients of this authority trust. */
    InternalCa ca() {
        return ca;
    }

    SSLContext trusting() throws Exception {
        return Clients.trusting(ca.root());
    }

    String log() {
        try {
            return Files.readString(folder.resolve("pebble.log"), UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** How many orders were made. */
    long orders() {
        return log().lines().filter(line -> line.contains("Added order")).count();
    }

    /** How many certificates were issued. */
    long certificates() {
        return log().lines().filter(line -> line.contains("Issued certificate")).count();
    }

    /** Tells the name server what to answer, such as {@code set-servfail}; what it says to that. */
    String dns(String command, String json) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(
                                    URI.create(
                                            "http://127.0.0.1:"
                                                    + dnsManagementPort
                                                    + "/"
                                                    + command))
                            .POST(HttpRequest.BodyPublishers.ofString(json))
                            .build();
            var response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(
                        command + ": " + response.statusCode() + " (expected: 200)");
            }
            return response.body();
        }
    }

    /** Waits until this holds; fails with the authority's log. */
    void await(String expectation, BooleanSupplier met) {
        long start = System.nanoTime();
        while (!met.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new AssertionError(log() + "\n(expected: " + expectation + ")");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    @Override
    public void close() {
        for (Process process : processes) {
            process.destroyForcibly();
            process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
        }
    }
}
