package dev.sallyport.core.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.boot.command.RealCommand;
import dev.sallyport.core.support.Repository;
import dev.sallyport.core.support.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The image and the published example, on a real engine without a registry. */
@Isolated
@Timeout(600)
@TestMethodOrder(MethodOrderer.MethodName.class)
final class ComposeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final long PAUSE_NANOS = 50_000_000;

    @TempDir private static Path data;
    private static DockerEngine engine;

    @BeforeAll
    @Timeout(300)
    static void bringUp() throws Exception {
        Tool.require("docker-compose");
        engine = DockerEngine.start(data);
        engine.importWeb();
        buildImage();
        compose("up", "-d");
    }

    @AfterAll
    @Timeout(120)
    static void takeDown() throws Exception {
        if (engine != null) {
            compose("down", "-v", "-t", "2");
            engine.close();
        }
    }

    /** The distribution is made from the jars of this build, as {@code mvn -Pdist} does. */
    private static void buildImage() throws Exception {
        Path core = Repository.root().resolve("gateway-core");
        Path context = Files.createDirectory(data.resolve("context"));
        Path dist = Files.createDirectories(context.resolve("gateway-core/target/dist"));
        DockerEngine.run(
                List.of(
                        System.getProperty("java.home") + "/bin/java",
                        core.resolve("src/dist/Dist.java").toString(),
                        core.resolve("src/dist").toString(),
                        core.resolve("target/lib").toString(),
                        dist.toString()));
        DockerEngine.run(
                List.of(
                        "cp",
                        "-r",
                        Repository.root().resolve("docker").toString(),
                        context.resolve("docker").toString()));
        DockerEngine.run(
                List.of(context.resolve("docker/scratch-base").toString(), "base"),
                Map.of("DOCKER_HOST", "unix://" + engine.socket()));
        DockerEngine.run(
                List.of(
                        "docker",
                        "build",
                        "-f",
                        context.resolve("docker/Dockerfile").toString(),
                        "--target",
                        "prebuilt",
                        "--build-arg",
                        "BASE=base",
                        "-t",
                        "sallyport",
                        context.toString()),
                Map.of("DOCKER_HOST", "unix://" + engine.socket(), "DOCKER_BUILDKIT", "0"));
    }

    private static String compose(String... words) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "docker-compose",
                                "-f",
                                Repository.root().resolve("docker/compose.yaml").toString(),
                                "-p",
                                "example"));
        command.addAll(List.of(words));
        return DockerEngine.run(
                command,
                Map.of(
                        "DOCKER_HOST",
                        "unix://" + engine.socket(),
                        "DOCKER_SOCK",
                        engine.socket().toString(),
                        "DOCKER_GID",
                        Files.getAttribute(engine.socket(), "unix:gid").toString(),
                        "SALLYPORT_IMAGE",
                        "sallyport",
                        "APP_IMAGE",
                        "web"));
    }

    @Test
    void bothApplicationsAnswerByTheOnePublishedPort() throws Exception {
        await(() -> https("shop.localhost"), "hello");
        await(() -> https("blog.localhost"), "hello");

        assertThat(engine.curl("-si", "-H", "host: shop.localhost", "http://127.0.0.1/"))
                .contains("308")
                .contains("https://shop.localhost/");
        assertThat(engine.docker("ps", "--format", "{{.Names}} {{.Ports}}"))
                .contains("edge")
                .doesNotContainPattern("(shop|blog|guard)[^\\n]*->");
    }

    @Test
    void everyPartTellsThatItIsHealthy() throws Exception {
        await(() -> health("example_guard_1"), "healthy");
        await(() -> health("example_edge_1"), "healthy");
    }

    @Test
    void auditHasNothingAgainstIt(@TempDir Path folder) throws Exception {
        List<String> line = RealCommand.line();
        line.addAll(List.of("audit", "--engine", "unix://" + engine.socket()));

        RealCommand.Finished audit = RealCommand.program(folder, engine.inside(line)).finish();

        assertThat(audit.out())
                .contains("1 finding: 1 note")
                .containsPattern("  edge_1 +443/tcp +yes +yes")
                .containsPattern("  shop_1 +8080/tcp +\\. +yes");
        assertThat(audit.exit()).isZero();
    }

    @Test
    void edgeHoldsNoSocketOfTheEngine() throws Exception {
        String mounts = "{{range .Mounts}}{{.Source}} {{.Destination}} {{.RW}}\n{{end}}";

        assertThat(engine.docker("inspect", "-f", mounts, "example_edge_1"))
                .doesNotContain("docker.sock")
                .contains("/run/sallyport-feed false");
        assertThat(engine.docker("inspect", "-f", "{{.HostConfig.NetworkMode}}", "example_guard_1"))
                .isEqualTo("none");
        for (String name : List.of("example_guard_1", "example_edge_1")) {
            assertThat(
                            engine.docker(
                                    "inspect",
                                    "-f",
                                    "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}"
                                            + " {{.Config.User}}",
                                    name))
                    .isEqualTo("true [ALL] 65532:65532");
        }
    }

    private static String https(String host) throws Exception {
        return engine.curl("-k", "--resolve", host + ":443:127.0.0.1", "https://" + host + "/");
    }

    private static String health(String name) throws Exception {
        return engine.docker("inspect", "-f", "{{.State.Health.Status}}", name);
    }

    /** Something that may fail while the stack comes up. */
    private interface Question {
        String ask() throws Exception;
    }

    private static void await(Question question, String expected) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String last = "nothing";
        while (System.nanoTime() - end < 0) {
            try {
                last = question.ask();
            } catch (java.io.IOException e) {
                last = e.getMessage();
            }
            if (last.equals(expected)) {
                return;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        throw new AssertionError(last + " (expected: " + expected + ")\n" + compose("logs"));
    }
}
