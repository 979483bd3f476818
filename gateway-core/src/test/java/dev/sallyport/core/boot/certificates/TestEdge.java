package dev.sallyport.core.boot.certificates;

import dev.sallyport.config.provider.file.FileProvider;
import dev.sallyport.core.boot.admin.AdminClient;
import dev.sallyport.core.boot.edge.Edge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * A whole edge in this process, with listeners where an authority looks, and a folder of its own.
 */
final class TestEdge implements AutoCloseable {
    final Edge edge;
    final Pebble pebble;
    final Path state;
    private final Path folder;
    private final Path config;

    private TestEdge(Pebble pebble, Edge edge, Path folder) {
        this.pebble = pebble;
        this.folder = folder;
        this.edge = edge;
        this.config = folder.resolve("sallyport.yaml");
        this.state = folder.resolve("state");
    }

    /** Starts on what {@code yaml} says beside listeners, admin and storage. */
    static TestEdge start(Path folder, Pebble pebble, String yaml) throws Exception {
        Path config = folder.resolve("sallyport.yaml");
        Files.writeString(config, text(folder, pebble, yaml));
        Edge edge =
                Edge.start(
                        List.of(FileProvider.create(config, InstantSource.system())),
                        Map.of("XDG_RUNTIME_DIR", folder.toString(), "XDG_STATE_HOME", folder + "")
                                ::get);
        return new TestEdge(pebble, edge, folder);
    }

    private static String text(Path folder, Pebble pebble, String yaml) {
        return """
        listeners:
          web: {address: "127.0.0.1:%d", redirect-to-https: true}
          secure: {address: "127.0.0.1:%d", tls: {}}
        storage: {folder: "%s/state"}
        admin: {socket: "%s/admin.sock"}
        %s
        """
                .formatted(pebble.httpPort, pebble.tlsPort, folder, folder, yaml);
    }

    /** The section acme for this authority alone. */
    static String acme(Pebble pebble, String more) {
        return """
        acme:
          authorities: {pebble: {directory: "%s", ca-file: "%s"}}
          %s
        """
                .formatted(pebble.directory(), pebble.caFile, more);
    }

    void change(String yaml) throws Exception {
        Files.writeString(config, text(folder, pebble, yaml));
        edge.reload();
    }

    /** What the admin interface answers. */
    String get(String target) {
        return ask("GET", target);
    }

    String post(String target) {
        return ask("POST", target);
    }

    private String ask(String method, String target) {
        try {
            return new AdminClient(state.resolveSibling("admin.sock")).ask(method, target).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether every certificate is there and nothing is under way. */
    boolean isIdle() {
        return get("/certs")
                .lines()
                .filter(line -> line.contains("\"state\""))
                .allMatch(line -> line.contains("active"));
    }

    @Override
    public void close() {
        edge.close();
    }
}
