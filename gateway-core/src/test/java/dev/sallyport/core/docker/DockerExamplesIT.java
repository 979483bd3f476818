package dev.sallyport.core.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.boot.command.RealCommand;
import dev.sallyport.core.support.Repository;
import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The examples under docker/examples, as they are, on a real engine. */
@Isolated
@Timeout(600)
final class DockerExamplesIT {
    private static final Path EXAMPLES = Repository.root().resolve("docker/examples");
    private static final long PATIENCE_NANOS = 120_000_000_000L;
    private static final long PAUSE_NANOS = 50_000_000;

    /** Where containers find the engine's host: the address of its first bridge. */
    private static final String HOST = "172.17.0.1";

    @TempDir private static Path data;
    private static DockerEngine engine;
    private static TestAuthority authority;

    @BeforeAll
    @Timeout(300)
    static void startEngine() throws Exception {
        Tool.require("docker-compose");
        Path certificates = Files.createDirectory(data.resolve("certificates"));
        authority = TestAuthority.create(certificates, "ca");
        authority.issue("engine", HOST);
        authority.issue("guard", HOST);
        authority.issue("edge", HOST);
        makeReadable(certificates);
        engine =
                DockerEngine.start(
                        data,
                        "-H",
                        "tcp://0.0.0.0:2376",
                        "--tlsverify",
                        "--tlscacert",
                        authority.certificate("ca"),
                        "--tlscert",
                        authority.certificate("engine"),
                        "--tlskey",
                        authority.key("engine"),
                        "--bip",
                        HOST + "/16");
        engine.importWeb();
        SallyportImage.build(engine, data);
    }

    /** By the image's user, as the examples ask for. */
    private static void makeReadable(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            }
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        // The folders of tests are their user's alone.
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterAll
    @Timeout(120)
    static void stopEngine() {
        if (engine != null) {
            engine.close();
        }
    }

    @AfterEach
    void removeContainers() throws Exception {
        engine.removeAll();
    }

    @Test
    void everyComposeFileAndConfigurationIsSound() throws Exception {
        List<Path> all;
        try (Stream<Path> files = Files.walk(EXAMPLES)) {
            all = files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        }
        assertThat(all).hasSizeGreaterThan(8);
        for (Path file : all) {
            if (file.endsWith("sallyport.yaml")) {
                Path folder = Files.createTempDirectory(data, "check-");
                Files.copy(file, folder.resolve("sallyport.yaml"));
                for (String each : List.of("ca.pem", "edge.pem", "edge.key")) {
                    Files.copy(data.resolve("certificates").resolve(each), folder.resolve(each));
                }
                RealCommand.Finished check = RealCommand.run(folder, "check", "sallyport.yaml");
                assertThat(check.exit()).as(file + "\n" + check.err()).isZero();
            } else if (!file.endsWith("stack.yaml")) {
                compose(file, "config", "config", "-q");
            }
        }
    }

    @Test
    void severalProjectsShareAnEdgeAndNothingElse() throws Exception {
        Path folder = EXAMPLES.resolve("several-projects");
        compose(folder.resolve("edge.yaml"), "edge", "up", "-d");
        compose(folder.resolve("shop.yaml"), "shop", "up", "-d");
        compose(folder.resolve("blog.yaml"), "blog", "up", "-d");
        awaitAnswer("shop.localhost");
        awaitAnswer("blog.localhost");

        // The blog has no grant for hosts of the shop, and says so in vain.
        engine.docker(
                "run",
                "-d",
                "--name",
                "thief",
                "--network",
                "blog_web",
                "--label",
                "com.docker.compose.project=blog",
                "--label",
                "com.docker.compose.service=thief",
                "--label",
                "sallyport.host=free.shop.localhost",
                "web");
        awaitLog(engine.composed("edge", "edge"), "container thief sallyport.host");

        assertThat(
                        engine.curl(
                                "-o",
                                "/dev/null",
                                "-w",
                                "%{http_code}",
                                "-H",
                                "host: free.shop.localhost",
                                "http://127.0.0.1/"))
                .isEqualTo("404");
        engine.docker("rm", "-f", "thief");
        compose(folder.resolve("shop.yaml"), "shop", "down", "-t", "1");
        compose(folder.resolve("blog.yaml"), "blog", "down", "-t", "1");
        compose(folder.resolve("edge.yaml"), "edge", "down", "-v", "-t", "1");
    }

    /** As root of an engine; that this engine is not rootless is the one difference. */
    @Test
    void guardOfARootlessEngineIsItsRootWithoutCapabilities() throws Exception {
        Path file = EXAMPLES.resolve("rootless/compose.yaml");
        compose(file, "rootless", "up", "-d");
        awaitAnswer("shop.localhost");

        compose(file, "rootless", "down", "-v", "-t", "1");
    }

    @Test
    void guardAsksAnEngineOverMutualTls() throws Exception {
        Path file = EXAMPLES.resolve("remote-engine/compose.yaml");
        engine.docker("network", "create", "--internal", "shop_web");
        engine.web("shop", "--network", "shop_web", "--label", "sallyport.host=shop.localhost");
        compose(file, "remote", "up", "-d");
        // Stands in for the way between two hosts.
        engine.docker("network", "connect", "shop_web", engine.composed("remote", "edge"));
        awaitAnswer("shop.localhost");

        assertThat(
                        engine.docker(
                                "inspect", "-f", "{{.Mounts}}", engine.composed("remote", "guard")))
                .doesNotContain("docker.sock");
        compose(file, "remote", "down", "-v", "-t", "1");
        engine.docker("rm", "-f", "shop");
        engine.docker("network", "rm", "shop_web");
    }

    @Test
    void stackOfASwarmIsServedOverAnEncryptedOverlay() throws Exception {
        engine.docker("swarm", "init", "--advertise-addr", HOST);
        try {
            RealEngine.run(
                    List.of(
                            "docker",
                            "stack",
                            "deploy",
                            "--resolve-image",
                            "never",
                            "-c",
                            EXAMPLES.resolve("swarm/stack.yaml").toString(),
                            "apps"),
                    environment());
            awaitAnswer("shop.localhost");

            assertThat(engine.docker("network", "inspect", "-f", "{{.Options}}", "apps_apps"))
                    .contains("encrypted");
        } finally {
            engine.docker("stack", "rm", "apps");
            await("the end of the stack", () -> engine.docker("ps", "-aq").isEmpty());
            engine.docker("swarm", "leave", "--force");
        }
    }

    private static String compose(Path file, String project, String... words) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("docker-compose", "-f", file.toString(), "-p", project));
        command.addAll(List.of(words));
        return RealEngine.run(command, environment());
    }

    private static Map<String, String> environment() throws IOException {
        Map<String, String> all = new HashMap<>();
        all.put("DOCKER_HOST", "unix://" + engine.socket());
        all.put("DOCKER_SOCK", engine.socket().toString());
        all.put("DOCKER_GID", Files.getAttribute(engine.socket(), "unix:gid").toString());
        all.put("SALLYPORT_IMAGE", SallyportImage.NAME);
        all.put("APP_IMAGE", "web");
        all.put("APP_PORT", "8080");
        all.put("ENGINE", HOST + ":2376");
        all.put("CERTIFICATES", data.resolve("certificates").toString());
        return all;
    }

    private static void awaitAnswer(String host) throws Exception {
        await(
                host,
                () ->
                        engine.curl(
                                        "-k",
                                        "--resolve",
                                        host + ":443:127.0.0.1",
                                        "https://" + host + "/")
                                .equals("hello"));
    }

    private static void awaitLog(String container, String text) throws Exception {
        await(text, () -> engine.logs(container).contains(text));
    }

    /** Something that may fail while a stack comes up. */
    private interface Question {
        boolean isSo() throws Exception;
    }

    private static void await(String what, Question question) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        String last = "";
        while (System.nanoTime() - end < 0) {
            try {
                if (question.isSo()) {
                    return;
                }
            } catch (IOException e) {
                last = String.valueOf(e.getMessage());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        String logs =
                RealEngine.run(
                        List.of(
                                "sh",
                                "-c",
                                """
                                export DOCKER_HOST=unix://%s; docker ps -a
                                docker stack ps --no-trunc apps
                                for c in $(docker ps -aq); do docker logs $c 2>&1 | tail -15; done
                                true
                                """
                                        .formatted(engine.socket())));
        throw new AssertionError(what + ": " + last + "\n" + logs);
    }
}
