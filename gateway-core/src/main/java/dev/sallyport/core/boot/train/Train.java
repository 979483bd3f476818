package dev.sallyport.core.boot.train;

import dev.sallyport.core.boot.edge.Edge;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import dev.sallyport.core.boot.serve.Run;
import dev.sallyport.core.boot.serve.Workplace;
import dev.sallyport.core.listen.Listeners;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code train}: an edge that serves a while and ends, on each transport in turn. The distribution
 * is built with it: the JVM notes what such a start loads and how often its methods run, which
 * tells the next start what to load at once and what to compile first. Who asks and who answers is
 * a process of its own ({@link TrainingLoad}): noted as well, its TLS of the JDK would be compiled
 * before everything else at each start, for seconds.
 */
@Command(
        name = "train",
        hidden = true,
        description = "Serve some requests of one's own and end; for the making of the AOT cache.")
public final class Train implements Callable<Integer> {
    @Override
    public Integer call() throws Failure, IOException {
        try (Workplace workplace = Workplace.create();
                TrainingProcess load = TrainingProcess.start()) {
            serve(workplace, "auto", "internal: [localhost, 127.0.0.1]", load);
            // From files the second time, as most are: those that the first has made.
            String pair = "certificate-file: %1$s, key-file: %1$s".formatted(leaf(workplace));
            serve(workplace, "epoll", pair, load);
        }
        return Exit.OK;
    }

    private static Path leaf(Workplace workplace) throws IOException {
        Path folder = workplace.folder().resolve("state/pki");
        try (DirectoryStream<Path> leaves = Files.newDirectoryStream(folder, "leaf-*.pem")) {
            return leaves.iterator().next();
        }
    }

    private static void serve(
            Workplace workplace, String transport, String certificate, TrainingProcess load)
            throws Failure, IOException {
        String text = config(transport, certificate, load.samplePort());
        Path config = workplace.write("train.yaml", text);
        try (Edge edge = Run.start(config)) {
            Listeners listeners = edge.gateway().listeners();
            load.exercise(
                    listeners.port("web"),
                    listeners.port("secure"),
                    listeners.port("streams"),
                    workplace.folder().resolve("state/pki/ca.pem"));
        }
    }

    private static String config(String transport, String certificate, int sample) {
        return """
        listeners:
          web: {address: "127.0.0.1:0"}
          secure: {address: "127.0.0.1:0", tls: {}}
          streams: {address: "127.0.0.1:0", protocols: [h2, http/1.1]}
        certificates:
          local: {%s}
        routes:
          hello:
            filters:
              - rate-limit: {rate: 1000000/s, burst: 1000000}
              - security-headers: {}
            forward: samples
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
                .formatted(certificate, sample, transport);
    }
}
