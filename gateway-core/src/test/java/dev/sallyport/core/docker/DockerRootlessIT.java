package dev.sallyport.core.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.boot.command.RealCommand;
import dev.sallyport.core.support.Repository;
import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Guard, the example and the audit on an engine that an ordinary user runs. */
@Isolated
@Timeout(300)
final class DockerRootlessIT {
    private static final long PATIENCE_NANOS = 120_000_000_000L;
    private static final long PAUSE_NANOS = 50_000_000;

    @TempDir private static Path data;
    private static RootlessEngine engine;

    @TempDir private Path folder;

    @BeforeAll
    @Timeout(300)
    static void startEngine() throws Exception {
        Tool.require("docker-compose");
        Tool.require("ab");
        engine = RootlessEngine.start(data);
        engine.importWeb();
    }

    @AfterAll
    @Timeout(120)
    static void stopEngine() {
        if (engine != null) {
            engine.close();
        }
    }

    @Test
    void exampleServesByThePortsOfAUser() throws Exception {
        SallyportImage.build(engine, data);
        compose("up", "-d");
        awaitAnswer();

        assertThat(
                        engine.docker(
                                "inspect",
                                "-f",
                                "{{.HostConfig.NetworkMode}}",
                                engine.composed("my", "guard")))
                .isEqualTo("none");
        // More clients than the edge takes for one person.
        RealEngine.run(
                engine.inside(
                        List.of("ab", "-q", "-n", "250", "-c", "5", "http://127.0.0.1:8080/")));
        assertThat(engine.logs(engine.composed("my", "edge")))
                .containsOnlyOnce("all clients share one address client=");
        compose("down", "-v", "-t", "1");
    }

    @Test
    void guardFindsTheSocketOfItsUser() throws Exception {
        List<String> line =
                new ArrayList<>(List.of("env", "XDG_RUNTIME_DIR=" + engine.runtimeFolder()));
        line.addAll(RealCommand.line());
        line.addAll(List.of("guard", "--feed", folder.resolve("feed.sock").toString()));
        try (RealCommand guard = RealCommand.program(folder, engine.inside(line))) {
            guard.awaitText("engine followed at=unix://" + engine.socket());
        }
    }

    @Test
    void auditTellsThatClientsShareAnAddress() throws Exception {
        List<String> line = RealCommand.line();
        line.addAll(List.of("audit", "--engine", "unix://" + engine.socket()));

        assertThat(RealCommand.program(folder, engine.inside(line)).finish().out())
                .contains("is rootless: every client shares one address");
    }

    private static void compose(String... words) throws Exception {
        Path file = Repository.root().resolve("docker/examples/rootless/compose.yaml");
        List<String> command =
                new ArrayList<>(List.of("docker-compose", "-f", file.toString(), "-p", "my"));
        command.addAll(List.of(words));
        RealEngine.run(
                command,
                Map.of(
                        "DOCKER_HOST",
                        "unix://" + engine.socket(),
                        "DOCKER_SOCK",
                        engine.socket().toString(),
                        "SALLYPORT_IMAGE",
                        SallyportImage.NAME,
                        "APP_IMAGE",
                        "web",
                        "HTTP_PORT",
                        "8080",
                        "HTTPS_PORT",
                        "8443"));
    }

    private static void awaitAnswer() throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        String last = "";
        while (!last.equals("hello")) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(
                        last
                                + "\n"
                                + engine.docker("ps", "-a")
                                + "\n"
                                + engine.logs(engine.composed("my", "guard")));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            try {
                last =
                        engine.curl(
                                "-k",
                                "--resolve",
                                "shop.localhost:8443:127.0.0.1",
                                "https://shop.localhost:8443/");
            } catch (IOException e) {
                last = String.valueOf(e.getMessage());
            }
        }
    }
}
