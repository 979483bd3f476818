package dev.sallyport.core.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Engines restart, guards die, addresses change hands: routing stays right. */
@Isolated
@Timeout(180)
final class DockerFaultsIT {
    @TempDir private static Path data;
    private static DockerEngine engine;

    @TempDir private Path folder;
    private DockerBench bench;

    @BeforeAll
    @Timeout(120)
    static void startEngine() throws Exception {
        engine = DockerEngine.start(data);
        engine.importWeb();
        engine.docker("network", "create", "--internal", "shop_default");
    }

    @AfterAll
    @Timeout(120)
    static void stopEngine() {
        if (engine != null) {
            engine.close();
        }
    }

    @BeforeEach
    void openBench() {
        bench = DockerBench.on(engine, folder);
    }

    @AfterEach
    void closeBench() throws Exception {
        bench.close();
        engine.removeAll();
    }

    @Test
    void answers503WhileAKnownContainerIsAway() throws Exception {
        web("aa");
        bench.guard().edge();
        bench.awaitGet("aa.localhost", "/cgi-bin/who", "200 aa");

        engine.docker("stop", "-t", "1", "aa");
        bench.awaitGet("aa.localhost", "/", "503");
        engine.docker("rm", "-f", "aa");
        bench.awaitGet("aa.localhost", "/", "503");

        assertThat(bench.get("unknown.localhost", "/")).startsWith("404");
    }

    @Test
    void neverSendsToAnotherContainerThatGotTheAddress() throws Exception {
        String id = web("aa");
        String address = address(id);
        bench.guard().edge();
        bench.awaitGet("aa.localhost", "/cgi-bin/who", "200 aa");

        engine.docker("rm", "-f", "aa");
        String other = web("bb");
        assertThat(address(other)).isEqualTo(address);

        bench.awaitGet("bb.localhost", "/cgi-bin/who", "200 bb");
        assertThat(bench.get("aa.localhost", "/cgi-bin/who")).startsWith("503");
    }

    @Test
    void servesWhileTheGuardIsAwayAndFollowsTheNextOne() throws Exception {
        web("aa");
        bench.guard().edge();
        bench.awaitGet("aa.localhost", "/cgi-bin/who", "200 aa");

        bench.runningGuard().close();
        bench.awaitStatus("\"discovery\"", "\"stale\"");
        assertThat(bench.get("aa.localhost", "/cgi-bin/who")).isEqualTo("200 aa");

        bench.guard();
        bench.awaitStatus("\"discovery\"", "\"current\"");
        web("bb");
        bench.awaitGet("bb.localhost", "/cgi-bin/who", "200 bb");
    }

    @Test
    void startsAndServesWithoutAGuard() throws Exception {
        web("aa");
        bench.guard().edge();
        bench.awaitGet("aa.localhost", "/cgi-bin/who", "200 aa");
        bench.runningGuard().close();
        bench.runningEdge().signal("TERM");
        bench.runningEdge().finish();

        bench.edge();

        bench.awaitGet("aa.localhost", "/cgi-bin/who", "200 aa");
        bench.awaitStatus("\"discovery\"", "\"stale\"");
    }

    @Test
    void followsAnEngineThatRestarts() throws Exception {
        web("aa", "--restart", "always");
        bench.guard().edge();
        bench.awaitGet("aa.localhost", "/cgi-bin/who", "200 aa");

        // The socket file is made anew, too.
        engine.restart();
        // A guard ends after ten seconds of refusal, for its supervisor to start it anew.
        if (!bench.runningGuard().isAlive()) {
            bench.guard();
        }

        bench.awaitGet("aa.localhost", "/cgi-bin/who", "200 aa");
        web("bb");
        bench.awaitGet("bb.localhost", "/cgi-bin/who", "200 bb");
    }

    @Test
    void drainsWhenAStopIsAskedFor() throws Exception {
        engine.docker(
                "run",
                "-d",
                "--name",
                "aa",
                "--hostname",
                "aa",
                "--network",
                "shop_default",
                "--label",
                "sallyport.host=aa.localhost",
                "--stop-timeout",
                "30",
                "web",
                "sh",
                "-c",
                // It serves on for a while after the signal, as servers do that drain.
                "trap 'sleep 5; exit 0' TERM; httpd -p 8080 -h /www; while true; do sleep 1; done");
        bench.guard().edge();
        bench.awaitGet("aa.localhost", "/cgi-bin/who", "200 aa");

        Process stop =
                new ProcessBuilder("docker", "-H", "unix://" + engine.socket(), "stop", "aa")
                        .start();
        bench.awaitGet("aa.localhost", "/cgi-bin/who", "503");

        assertThat(engine.docker("inspect", "-f", "{{.State.Running}}", "aa")).isEqualTo("true");
        assertThat(stop.waitFor()).isZero();
    }

    private static String web(String name, String... more) throws Exception {
        String[] words = {
            "--network", "shop_default", "--label", "sallyport.host=" + name + ".localhost"
        };
        String[] all = java.util.Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return engine.web(name, all);
    }

    private static String address(String id) throws Exception {
        return engine.docker(
                "inspect", "-f", "{{.NetworkSettings.Networks.shop_default.IPAddress}}", id);
    }
}
