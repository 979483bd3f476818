package dev.sallyport.core.upstream;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.read.ConfigFiles;
import dev.sallyport.config.read.ConfigReader;
import dev.sallyport.core.boot.Gateway;
import dev.sallyport.core.filter.BuiltInFilters;
import dev.sallyport.core.observe.metrics.Exposition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** An edge with one listener and one route to one upstream, on one loop. */
final class RunningEdge implements AutoCloseable {
    private final Path folder;
    private final Gateway gateway;

    private RunningEdge(Path folder, Gateway gateway) {
        this.folder = folder;
        this.gateway = gateway;
    }

    /** {@code upstream} is the upstream in YAML's flow form. */
    static RunningEdge start(Path folder, String upstream) throws IOException {
        return new RunningEdge(
                folder,
                Gateway.start(
                        config(folder, upstream),
                        new CertificateStore(Clock.systemUTC()),
                        List.of()));
    }

    /** One whose only route does something else than forwarding. */
    static RunningEdge serving(Path folder, String action) throws IOException {
        return new RunningEdge(
                folder,
                Gateway.start(
                        read(
                                folder,
                                """
                                listeners:
                                  web: {address: "127.0.0.1:0", protocols: [h2, http/1.1]}
                                routes:
                                  all: {%s}
                                runtime: {loops: 1}
                                """
                                        .formatted(action)),
                        new CertificateStore(Clock.systemUTC()),
                        List.of()));
    }

    void reload(String upstream) throws IOException {
        gateway.apply(config(folder, upstream));
    }

    /** {@code route} is one more setting of the route. */
    void reload(String upstream, String route) throws IOException {
        gateway.apply(config(folder, upstream, ", " + route));
    }

    private static GatewayConfig config(Path folder, String upstream) throws IOException {
        return config(folder, upstream, "");
    }

    private static GatewayConfig config(Path folder, String upstream, String route)
            throws IOException {
        return read(
                folder,
                """
                listeners:
                  web: {address: "127.0.0.1:0", protocols: [h2, http/1.1]}
                routes:
                  all: {forward: app, retry: 1%s}
                upstreams:
                  app: %s
                runtime: {loops: 1}
                """
                        .formatted(route, upstream));
    }

    private static GatewayConfig read(Path folder, String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("edge.yaml"), yaml);
        var reading =
                new ConfigReader(BuiltInFilters.types(), name -> null)
                        .read(ConfigFiles.load(file).root());
        return Objects.requireNonNull(reading.config(), () -> reading.problems().toString());
    }

    /** Sends a request on a connection of its own; all that comes back until it closes. */
    String send(String head) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    String get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n\r\n");
    }

    int port() {
        return gateway.listeners().port("web");
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    HttpUpstream upstream() {
        return Objects.requireNonNull(gateway.snapshot().upstreams().get("app"));
    }

    /** The lines of the metrics that begin like this. */
    List<String> metrics(String prefix) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Exposition(gateway.metrics()).write(null, out);
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith(prefix))
                .toList();
    }

    @Override
    public void close() {
        gateway.close(Duration.ZERO);
    }
}
