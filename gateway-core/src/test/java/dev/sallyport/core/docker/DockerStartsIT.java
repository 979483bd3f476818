package dev.sallyport.core.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * How long it takes from the engine's word that a container is healthy to the first request that
 * reaches it. Prints figures, and judges none: they are the machine's, too. {@code
 * SALLYPORT_STARTS=100} asks for more starts.
 */
@Isolated
@Timeout(900)
final class DockerStartsIT {
    private static final int STARTS =
            Integer.parseInt(System.getenv().getOrDefault("SALLYPORT_STARTS", "10"));

    @TempDir private Path folder;

    @Test
    void routesToAContainerSoonAfterItIsHealthy() throws Exception {
        try (DockerEngine engine = DockerEngine.start(folder)) {
            engine.importWeb();
            engine.docker("network", "create", "--internal", "shop_default");
            engine.replica(
                    "shop",
                    "web",
                    "web",
                    "sallyport.host=shop.localhost",
                    "--health-cmd",
                    "true",
                    "--health-interval",
                    "100ms");
            DockerBench bench = DockerBench.on(engine, folder);
            try (bench) {
                bench.guard().edge();
                bench.awaitGet("shop.localhost", "/", "200");
                measure(engine);
            }
        }
    }

    private static void measure(DockerEngine engine) throws Exception {
        Process poll =
                new ProcessBuilder(
                                engine.inside(
                                        RealEngine.program(Poll.class, "shop.localhost", "8080")))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        Process events =
                new ProcessBuilder(
                                "docker",
                                "-H",
                                "unix://" + engine.socket(),
                                "events",
                                "--filter",
                                "event=health_status",
                                "--format",
                                "{{.TimeNano}} {{.Action}}")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader answers = reader(poll);
                BufferedReader health = reader(events)) {
            readUntil(answers, "up");
            List<Long> took = new ArrayList<>();
            for (int i = 0; i < STARTS; i++) {
                engine.docker("kill", "web");
                readUntil(answers, "down");
                // A kill may show as more than one change: what came before the start is not of it.
                long begun = System.currentTimeMillis() * 1000;
                engine.docker("start", "web");
                long healthy = 0;
                while (healthy < begun) {
                    healthy =
                            Long.parseLong(readUntil(health, " healthy").split(" ", -1)[0]) / 1000;
                }
                long up = 0;
                while (up < begun) {
                    up = Long.parseLong(readUntil(answers, "up").substring(3));
                }
                took.add(up - healthy);
            }
            took.sort(null);

            System.out.printf(
                    "healthy to routed, %d starts: p50 %.1f ms, p99 %.1f ms," + " worst %.1f ms%n",
                    STARTS,
                    took.get(STARTS / 2) / 1000.,
                    took.get((STARTS * 99 - 1) / 100) / 1000.,
                    took.getLast() / 1000.);
            assertThat(took).hasSize(STARTS);
        } finally {
            poll.destroyForcibly();
            events.destroyForcibly();
        }
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    }

    private static String readUntil(BufferedReader from, String text) throws Exception {
        String line = from.readLine();
        while (line != null && !line.contains(text)) {
            line = from.readLine();
        }
        if (line == null) {
            throw new AssertionError("ended (expected: " + text + ")");
        }
        return line;
    }
}
