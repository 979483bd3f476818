package dev.sallyport.core.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
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
    private static final List<Integer> ENGINE_PORTS = List.of(2375, 2376, 2377);
    private static final long LARGEST = 120_000_000;
    private static final long LARGEST_COMPRESSED = 65_000_000;

    /** Both of "password"; the second is a test vector of Argon2's reference implementation. */
    private static final String USERS =
            """
            ann:$2y$04$BLHS.5QPfM/ai9x3cF6j/.yJPXpMI1CtzwAg.hXaZX787fjtMWDti
            bob:$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4
            """;

    @TempDir private static Path data;
    private static DockerEngine engine;
    private static Path dist = Path.of("unset");

    @BeforeAll
    @Timeout(300)
    static void bringUp() throws Exception {
        Tool.require("docker-compose");
        engine = DockerEngine.start(data);
        engine.importWeb();
        dist = SallyportImage.build(engine, data);
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
        return RealEngine.run(
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
        await(() -> health(engine.composed("example", "guard")), "healthy");
        await(() -> health(engine.composed("example", "edge")), "healthy");
    }

    @Test
    void auditHasNothingAgainstIt(@TempDir Path folder) throws Exception {
        List<String> line = RealCommand.line();
        line.addAll(List.of("audit", "--engine", "unix://" + engine.socket()));

        RealCommand.Finished audit = RealCommand.program(folder, engine.inside(line)).finish();

        assertThat(audit.out())
                .contains("1 finding: 1 note")
                .containsPattern("  edge[_-]1 +443/tcp +yes +yes")
                .containsPattern("  shop[_-]1 +8080/tcp +\\. +yes");
        assertThat(audit.exit()).isZero();
    }

    @Test
    void edgeHoldsNoSocketOfTheEngine() throws Exception {
        String mounts = "{{range .Mounts}}{{.Source}} {{.Destination}} {{.RW}}\n{{end}}";

        assertThat(engine.docker("inspect", "-f", mounts, engine.composed("example", "edge")))
                .doesNotContain("docker.sock")
                .contains("/run/sallyport-feed false");
        assertThat(
                        engine.docker(
                                "inspect",
                                "-f",
                                "{{.HostConfig.NetworkMode}}",
                                engine.composed("example", "guard")))
                .isEqualTo("none");
        for (String name :
                List.of(engine.composed("example", "guard"), engine.composed("example", "edge"))) {
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

    @Test
    void imageIsSmall() throws Exception {
        long bytes =
                Long.parseLong(engine.docker("image", "inspect", "-f", "{{.Size}}", "sallyport"));
        // What a registry sends: the layers through gzip.
        long compressed = engine.compressedImage("sallyport");

        System.out.printf(
                "image: %.1f MB, %.1f MB compressed%n",
                bytes / 1_000_000., compressed / 1_000_000.);
        assertThat(bytes).isLessThan(LARGEST);
        assertThat(compressed).isLessThan(LARGEST_COMPRESSED);
    }

    @Test
    void imageHoldsNativeCodeOfItsOwnPlatformOnly() throws Exception {
        String own = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch_64";
        try (Stream<Path> files = Files.list(dist.resolve("lib/native"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .hasSize(4)
                    .allMatch(name -> name.endsWith(own + ".so"));
        }
        try (Stream<Path> files = Files.list(dist.resolve("lib"))) {
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
                try (JarFile open = new JarFile(jar.toFile())) {
                    assertThat(open.stream().map(JarEntry::getName))
                            .as(jar.toString())
                            .noneMatch(name -> name.endsWith(".so"));
                }
            }
        }
    }

    /** The image holds but a part of Bouncy Castle. */
    @Test
    void bothKindsOfPasswordsAreVerifiedInTheImage() throws Exception {
        Path folder = Files.createDirectory(data.resolve("passwords"));
        Files.writeString(folder.resolve("users"), USERS);
        Files.writeString(
                folder.resolve("sallyport.yaml"),
                """
                listeners: {web: {address: ":8080"}}
                routes:
                  all: {filters: [{basic-auth: {users-file: users}}], respond: {status: 200, body: in}}
                """);
        engine.docker(
                "run",
                "-d",
                "--name",
                "passwords",
                "--network",
                "bridge",
                "-v",
                folder + ":/etc/passwords:ro",
                "sallyport",
                "run",
                "--config",
                "/etc/passwords/sallyport.yaml");
        String address =
                engine.docker(
                        "inspect",
                        "-f",
                        "{{.NetworkSettings.Networks.bridge.IPAddress}}",
                        "passwords");

        for (String user : List.of("ann", "bob")) {
            await(
                    () -> engine.curl("-u", user + ":password", "http://" + address + ":8080/"),
                    "in");
            assertThat(
                            engine.curl(
                                    "-o",
                                    "/dev/null",
                                    "-w",
                                    "%{http_code}",
                                    "-u",
                                    user + ":wrong",
                                    "http://" + address + ":8080/"))
                    .isEqualTo("401");
        }
        engine.docker("rm", "-f", "passwords");
    }

    /** Whoever takes over the edge has its network, its files and its user, and finds no engine. */
    @Test
    void noPathLeadsFromTheEdgeToTheEngine() throws Exception {
        await(() -> https("shop.localhost"), "hello");
        String pid =
                engine.docker(
                        "inspect", "-f", "{{.State.Pid}}", engine.composed("example", "edge"));
        Path root = Path.of("/proc", pid, "root");

        // The way it is tried does find what is there.
        String shop =
                engine.docker(
                        "inspect",
                        "-f",
                        "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
                        engine.composed("example", "shop"));
        assertThat(asked(pid, "http://" + shop + ":8080/")).contains("hello");
        for (String address : addressesToTry()) {
            String host = address.contains(":") ? "[" + address + "]" : address;
            for (int port : ENGINE_PORTS) {
                assertThat(asked(pid, "http://" + host + ":" + port + "/_ping"))
                        .as(host + ":" + port)
                        .isEmpty();
            }
        }

        assertThat(Files.readString(Path.of("/proc", pid, "mountinfo")))
                .contains("/run/sallyport-feed")
                .doesNotContain("docker.sock");
        String sockets =
                RealEngine.run(
                        List.of("find", root + "/run", root + "/var", root + "/tmp", "-type", "s"));
        assertThat(sockets.lines().map(line -> line.substring(root.toString().length())))
                .containsExactlyInAnyOrder(
                        "/run/sallyport-feed/feed.sock", "/run/sallyport/admin.sock");
        assertThat(RealEngine.run(List.of("find", root + "/", "-xdev", "-type", "s"))).isEmpty();

        String feed = root + "/run/sallyport-feed/feed.sock";
        for (String path : List.of("/_ping", "/v1.41/containers/json", "/v1.41/info")) {
            assertThat(asked(pid, "--http0.9", "--unix-socket", feed, "http://docker" + path))
                    .startsWith("{\"feed\":1")
                    .doesNotContain("HTTP/1", "ApiVersion", "HostConfig");
        }
    }

    /** What curl is told as the edge's user on the edge's network; nothing when it reaches none. */
    private static String asked(String pid, String... words) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "nsenter",
                                "-t",
                                pid,
                                "-n",
                                "setpriv",
                                "--reuid=65532",
                                "--regid=65532",
                                "--clear-groups",
                                "curl",
                                "-s",
                                "--noproxy",
                                "*",
                                "--max-time",
                                "2"));
        command.addAll(List.of(words));
        Process asking =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        asking.getOutputStream().close();
        String told = new String(asking.getInputStream().readAllBytes(), UTF_8);
        asking.waitFor();
        return told;
    }

    /** All of "the host", the gateways of all networks and all that is on them, and loopback. */
    private static List<String> addressesToTry() throws Exception {
        List<String> all = new ArrayList<>(List.of("127.0.0.1", "::1"));
        RealEngine.run(engine.inside(List.of("ip", "-o", "addr")))
                .lines()
                .map(line -> line.strip().split("\\s+", -1)[3].replaceAll("/.*", ""))
                .filter(address -> !address.startsWith("fe80") && !all.contains(address))
                .forEach(all::add);
        engine.docker(
                        "inspect",
                        "-f",
                        "{{range .NetworkSettings.Networks}}{{.Gateway}} {{.IPAddress}}\n{{end}}",
                        engine.composed("example", "edge"),
                        engine.composed("example", "shop"),
                        engine.composed("example", "blog"))
                .lines()
                .flatMap(line -> Stream.of(line.split("[ \\\\n]+", -1)))
                .filter(address -> !address.isEmpty() && !all.contains(address))
                .forEach(all::add);
        assertThat(all).hasSizeGreaterThan(5);
        return all;
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
