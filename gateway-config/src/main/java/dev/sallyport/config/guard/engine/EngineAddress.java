package dev.sallyport.config.guard.engine;

import dev.sallyport.config.guard.tls.MutualTls;
import dev.sallyport.config.guard.tls.PemFiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where an engine listens. */
public sealed interface EngineAddress {
    /** A connection of its own, for one call. */
    EngineWire connect() throws IOException;

    /** A unix socket. Its file may be replaced at any time: each connection looks anew. */
    record Unix(Path path) implements EngineAddress {
        @Override
        public EngineWire connect() throws IOException {
            var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(path));
                return EngineWire.of(channel);
            } catch (IOException e) {
                channel.close();
                throw new IOException(path + ": " + e.getMessage(), e);
            }
        }

        @Override
        public String toString() {
            return "unix://" + path;
        }
    }

    /** An engine on another host, both sides known by certificates. */
    record Remote(String host, int port, MutualTls tls) implements EngineAddress {
        private static final int PATIENCE_MILLIS = 10_000;

        @Override
        public EngineWire connect() throws IOException {
            return EngineWire.of(
                    tls.connect(InetSocketAddress.createUnresolved(host, port), PATIENCE_MILLIS));
        }

        @Override
        public String toString() {
            return "tcp://" + host + ":" + port;
        }
    }

    /**
     * Reads {@code unix:///path}, a path, or {@code tcp://host:port}.
     *
     * @param files what to speak TLS with; a remote engine without is refused
     * @throws IllegalArgumentException with the expectation
     */
    static EngineAddress parse(String text, @Nullable PemFiles files) {
        if (text.startsWith("unix://")) {
            return new Unix(Path.of(text.substring("unix://".length())));
        }
        if (text.startsWith("/")) {
            return new Unix(Path.of(text));
        }
        if (!text.matches("tcp://[^/@:]+:[0-9]{1,5}")) {
            throw new IllegalArgumentException(
                    "engine: " + text + " (expected: unix:///run/docker.sock or tcp://host:2376)");
        }
        if (files == null) {
            throw new IllegalArgumentException(
                    "engine: "
                            + text
                            + " without certificates (expected: --engine-ca, --engine-cert and"
                            + " --engine-key; who reaches an engine without TLS is root there)");
        }
        var rest = text.substring("tcp://".length());
        int colon = rest.indexOf(':');
        return new Remote(
                rest.substring(0, colon),
                Integer.parseInt(rest.substring(colon + 1)),
                MutualTls.of(files));
    }

    /** The socket of the machine's engine: Docker's, rootless Docker's, or Podman's. */
    static EngineAddress find(Function<String, @Nullable String> environment) {
        var candidates = new ArrayList<>(List.of("/run/docker.sock", "/var/run/docker.sock"));
        var runtime = environment.apply("XDG_RUNTIME_DIR");
        if (runtime != null && !runtime.isEmpty()) {
            candidates.add(runtime + "/docker.sock");
            candidates.add(runtime + "/podman/podman.sock");
        }
        candidates.add("/run/podman/podman.sock");
        for (var candidate : candidates) {
            if (Files.exists(Path.of(candidate))) {
                return new Unix(Path.of(candidate));
            }
        }
        return new Unix(Path.of(candidates.getFirst()));
    }
}
