package dev.sallyport.core.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.core.boot.command.RealCommand;
import dev.sallyport.core.support.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Guard, routes, audit and firewall on a real Podman. */
@Isolated
@Timeout(300)
final class PodmanIT {
    private static final String HOST = "sallyport.host=shop.localhost";
    private static final String EDGE = Lan.HOST + ":8443";
    private static final String FAULT = Lan.HOST + ":8081";

    @TempDir private static Path data;
    private static PodmanEngine engine;

    @TempDir private Path folder;

    @BeforeAll
    @Timeout(120)
    static void startEngine() throws Exception {
        Tool.require("nft");
        engine = PodmanEngine.start(data);
        engine.importWeb();
        engine.docker("network", "create", "shop_default");
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
    void routesToContainersAsTheyComeAndGo() throws Exception {
        Path socket = folder.resolve("engine.sock");
        List<String> asked;
        try (RecordingSocket recording = RecordingSocket.open(socket, engine.socket());
                DockerBench bench = DockerBench.on(engine, folder)) {
            bench.guard("--engine", "unix://" + socket).edge();
            assertThat(bench.get("shop.localhost", "/")).startsWith("404");

            replica("web-1", "--env", "TOKEN=PLANTED-env");
            bench.awaitGet("shop.localhost", "/cgi-bin/who", "200 web-1");
            replica("web-2");
            bench.awaitGet("shop.localhost", "/cgi-bin/who", "200 web-2");
            engine.docker("stop", "-t", "0", "web-1");
            bench.awaitGet("shop.localhost", "/cgi-bin/who", "200 web-2");
            engine.docker("rm", "-f", "web-2");
            bench.awaitGet("shop.localhost", "/", "503");
            engine.docker("start", "web-1");
            bench.awaitGet("shop.localhost", "/cgi-bin/who", "200 web-1");

            assertThat(bench.runningGuard().err())
                    .contains("engine=\"Podman ")
                    .doesNotContain("PLANTED");
            assertThat(bench.status()).doesNotContain("PLANTED");
            asked = List.copyOf(recording.requests());
        }
        assertThat(asked)
                .isNotEmpty()
                .allMatch(each ->
                        each.matches(
                                "GET (/_ping|/v1\\.[0-9]+/(containers/json\\?all=1"
                                        + "(&filters=%7B%22health%22%3A%5B%22[a-z]+%22%5D%7D)?"
                                        + "|events\\?filters=[^ ]+|services\\?status=true"
                                        + "|images/sha256:[0-9a-f]{64}/json)) HTTP/1\\.1"));
    }

    /** Timers of systemd would run the checks; here the test does, in the same words. */
    @Test
    void followsTheHealthChecksOfContainers() throws Exception {
        try (DockerBench bench = DockerBench.on(engine, folder)) {
            bench.guard().edge();
            replica(
                    "web-1",
                    "--health-cmd",
                    "cat /tmp/well",
                    "--health-interval",
                    "disable",
                    "--health-retries",
                    "1");
            bench.awaitGet("shop.localhost", "/cgi-bin/who", "503");

            engine.docker("exec", "web-1", "sh", "-c", ": > /tmp/well");
            engine.docker("healthcheck", "run", "web-1");
            bench.awaitGet("shop.localhost", "/cgi-bin/who", "200 web-1");

            engine.docker("exec", "web-1", "sh", "-c", "exec busybox rm /tmp/well");
            assertThatThrownBy(() -> engine.docker("healthcheck", "run", "web-1"))
                    .hasMessageContaining("exit 1");
            bench.awaitGet("shop.localhost", "/cgi-bin/who", "503");

            engine.docker("exec", "web-1", "sh", "-c", ": > /tmp/well");
            engine.docker("healthcheck", "run", "web-1");
            bench.awaitGet("shop.localhost", "/cgi-bin/who", "200 web-1");
        }
    }

    @Test
    void auditsAndClosesWhatOthersPublish() throws Exception {
        try (Lan lan = Lan.beside(engine)) {
            engine.web("edge", "-p", "8443:8080");
            engine.web("app", "-p", "8081:8080", "--env", "DB_PASSWORD=PLANTED-secret");

            RealCommand.Finished audit =
                    run("audit", "--engine", "unix://" + engine.socket(), "--edge", "edge");
            assertThat(audit.out())
                    .contains(
                            "container app SP-D101 high",
                            "container app SP-D501 high",
                            "SP-D305 note  engine: Podman ")
                    .doesNotContain("PLANTED");
            assertThat(lan.comesToReach(EDGE)).isTrue();
            assertThat(lan.comesToReach(FAULT)).isTrue();

            Path rules = folder.resolve("rules");
            Files.writeString(rules, firewall("--nft").out());
            RealEngine.run(engine.inside(List.of("nft", "-f", rules.toString())));

            assertThat(lan.comesToReach(EDGE)).isTrue();
            assertThat(lan.reaches(FAULT)).isFalse();
        }
    }

    @Test
    void tellsThatNoChainOfDockersIsThere() throws Exception {
        RealCommand.Finished refused = firewall("--docker-user");

        assertThat(refused.err())
                .contains("Podman ", " asks no chain DOCKER-USER (expected: firewall --nft)");
        assertThat(refused.exit()).isEqualTo(2);
    }

    private static void replica(String name, String... more) throws Exception {
        engine.replica("shop", "web", name, HOST, more);
    }

    private RealCommand.Finished firewall(String form) throws Exception {
        return run("firewall", form, "--engine", engine.socket().toString(), "--edge", "edge");
    }

    private RealCommand.Finished run(String... words) throws Exception {
        List<String> line = new ArrayList<>(RealCommand.line());
        line.addAll(List.of(words));
        return RealCommand.program(folder, engine.inside(line)).finish();
    }
}
