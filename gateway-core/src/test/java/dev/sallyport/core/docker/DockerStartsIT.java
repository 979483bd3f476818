package dev.sallyport.core.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
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

    private static final int RUNS = 9;

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

    /**
     * With a busybox beside it, which answers as soon as it lives: what the engine takes itself. It
     * is asked once the engine's command has ended: asked before, the host looks for the
     * container's address in vain and tries again after a second (ARP).
     */
    @Test
    void answersSoonAfterItIsRun() throws Exception {
        try (DockerEngine engine = DockerEngine.start(folder)) {
            engine.importWeb();
            SallyportImage.build(engine, folder);
            Path file = Files.createDirectory(folder.resolve("etc")).resolve("sallyport.yaml");
            Files.writeString(
                    file,
                    """
                    listeners: {web: {address: ":8080"}}
                    routes: {hello: {respond: {status: 200, body: hello}}}
                    """);
            List<String> edge =
                    List.of(
                            "-v",
                            file + ":/s.yaml:ro",
                            SallyportImage.NAME,
                            "run",
                            "-c",
                            "/s.yaml");
            List<String> busybox = List.of("web");
            toFirstAnswer(engine, edge, 1); // reads the image into memory
            List<Long> ours = toFirstAnswer(engine, edge, RUNS);
            List<Long> theirs = toFirstAnswer(engine, busybox, RUNS);

            System.out.printf(
                    "docker run to first answer, %d runs: p50 %.0f ms, worst %.0f ms;"
                            + " of busybox httpd: p50 %.0f ms%n",
                    RUNS,
                    ours.get(RUNS / 2) / 1000.,
                    ours.getLast() / 1000.,
                    theirs.get(RUNS / 2) / 1000.);
        }
    }

    private static List<Long> toFirstAnswer(DockerEngine engine, List<String> command, int runs)
            throws Exception {
        Process poll =
                new ProcessBuilder(
                                engine.inside(
                                        RealEngine.program(
                                                Poll.class, "hello.localhost", "8080", "once")))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader answers = reader(poll)) {
            List<Long> took = new ArrayList<>();
            for (int i = 0; i < runs; i++) {
                List<String> words = new ArrayList<>(List.of("run", "-d", "--name", "first"));
                words.addAll(List.of("-p", "8080:8080"));
                words.addAll(command);
                long begun = System.currentTimeMillis() * 1000;
                engine.docker(words.toArray(String[]::new));
                poll.getOutputStream().write('\n');
                poll.getOutputStream().flush();
                took.add(firstUpSince(begun, answers) - begun);
                engine.docker("rm", "-f", "first");
            }
            took.sort(null);
            return took;
        } finally {
            poll.destroyForcibly();
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
                took.add(firstUpSince(begun, answers) - healthy);
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

    private static long firstUpSince(long begun, BufferedReader answers) throws Exception {
        long up = 0;
        while (up < begun) { // a slow answer may show as down and up
            up = Long.parseLong(readUntil(answers, "up").substring(3));
        }
        return up;
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
