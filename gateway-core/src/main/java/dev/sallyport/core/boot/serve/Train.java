package dev.sallyport.core.boot.serve;

import dev.sallyport.config.provider.file.FileProvider;
import dev.sallyport.core.boot.edge.Edge;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code train}: an edge that serves itself a while and ends, on each transport in turn. The
 * distribution is built with it: the JVM notes what such a start loads and how often its methods
 * run, which tells the next start what to load at once and what to compile first.
 */
@Command(
        name = "train",
        hidden = true,
        description = "Serve some requests of one's own and end; for the making of the AOT cache.")
public final class Train implements Callable<Integer> {
    private static final List<String> TRANSPORTS = List.of("auto", "epoll");

    /** For each transport, once in plain text and once over TLS. */
    private static final int LONG_CONNECTIONS = 10;

    private static final int REQUESTS = 500;
    private static final int SHORT_CONNECTIONS = 240;
    private static final int BIG_BODIES = 20;

    private static final int STREAM_CONNECTIONS = 4;
    private static final int STREAM_ROUNDS = 100;

    @Override
    public Integer call() throws Failure, IOException, GeneralSecurityException {
        for (String transport : TRANSPORTS) {
            try (Workplace workplace = Workplace.create();
                    SampleServer sample = SampleServer.start("train")) {
                Path config = workplace.write("train.yaml", config(transport, sample.port()));
                try (FileProvider files = FileProvider.create(config, InstantSource.system());
                        Edge edge = Run.start(files)) {
                    exercise(edge, workplace.folder().resolve("state/pki/ca.pem"));
                }
            }
        }
        return Exit.OK;
    }

    private static String config(String transport, int sample) {
        return """
        listeners:
          web: {address: "127.0.0.1:0"}
          secure: {address: "127.0.0.1:0", tls: {}}
          streams: {address: "127.0.0.1:0", protocols: [h2, http/1.1]}
        certificates:
          local: {internal: [localhost, 127.0.0.1]}
        routes:
          hello: {filters: [{rate-limit: 1000000/s}, {security-headers: {}}], forward: samples}
          bare: {path-prefix: /bare, forward: samples}
          fixed: {path: /fixed, respond: {status: 200, body: "fixed\\n"}}
          moved: {path-prefix: /moved, redirect: "https://localhost/"}
        upstreams:
          samples: {endpoints: ["127.0.0.1:%d"]}
        access-log: {to: ./access.log, format: json}
        admin: {socket: admin.sock}
        storage: {folder: state}
        limits: {drain-timeout: 1s}
        runtime: {transport: %s}
        """
                .formatted(sample, transport);
    }

    private static void exercise(Edge edge, Path root)
            throws IOException, GeneralSecurityException {
        TrainingClient plain = TrainingClient.plain(edge.gateway().listeners().port("web"));
        TrainingClient secure =
                TrainingClient.secure(edge.gateway().listeners().port("secure"), root);
        for (TrainingClient client : List.of(plain, secure)) {
            client.connect(SHORT_CONNECTIONS, 1);
            client.connect(LONG_CONNECTIONS, REQUESTS);
            client.sendAndFetch(BIG_BODIES, SampleServer.BIG);
        }
        secure.ask(STREAM_CONNECTIONS, STREAM_ROUNDS);
        TrainingClient.plain(edge.gateway().listeners().port("streams")).ask(1, STREAM_ROUNDS / 10);
    }
}
