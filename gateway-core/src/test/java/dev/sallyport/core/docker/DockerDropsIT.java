package dev.sallyport.core.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Containers come and go under load, and no request is lost. */
@Isolated
@Timeout(600)
final class DockerDropsIT {
    private static final int RECREATIONS = 50;

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
    void losesNothingWhileOneOfTwoReplicasIsMadeAnewAgainAndAgain() throws Exception {
        replica("shop-web-1");
        replica("shop-web-2");
        bench.guard().edge();
        bench.awaitGet("shop.localhost", "/", "200");

        try (Running load = Running.start(engine, "shop.localhost", 8080)) {
            for (int i = 0; i < RECREATIONS; i++) {
                String name = "shop-web-" + (1 + i % 2);
                // What compose does for --force-recreate: asked to stop, killed, removed, made
                // anew.
                engine.docker("stop", "-t", "1", name);
                engine.docker("rm", name);
                replica(name);
                // The other may go only once this one is there, as for any rolling update.
                bench.awaitStatus(name + "/", "\"state\":\"healthy\"");
            }
            String result = load.end();

            System.out.println(RECREATIONS + " re-creations: " + result);
            assertThat(result).contains(" failed=0 ");
        }
    }

    @Test
    void holdsRequestsWhileTheOnlyReplicaIsMadeAnew() throws Exception {
        replica("shop-web-1", "--label", "sallyport.upstream.hold=20s");
        bench.guard().edge();
        bench.awaitGet("shop.localhost", "/", "200");

        try (Running load = Running.start(engine, "shop.localhost", 8080)) {
            for (int i = 0; i < 5; i++) {
                engine.docker("stop", "-t", "1", "shop-web-1");
                engine.docker("rm", "-f", "shop-web-1");
                replica("shop-web-1", "--label", "sallyport.upstream.hold=20s");
                bench.awaitStatus("shop-web-1/", "\"state\":\"healthy\"");
            }
            String result = load.end();

            System.out.println("5 re-creations with hold: " + result);
            assertThat(result).contains(" failed=0 ");
        }
    }

    private static void replica(String name, String... more) throws Exception {
        engine.replica("shop", "web", name, "sallyport.host=shop.localhost", more);
    }

    /** Load that runs. */
    private record Running(Process process, BufferedReader out) implements AutoCloseable {
        static Running start(DockerEngine engine, String host, int port) throws Exception {
            Process process =
                    new ProcessBuilder(
                                    engine.inside(
                                            List.of(
                                                    System.getProperty("java.home") + "/bin/java",
                                                    "-Xmx32m",
                                                    "-XX:TieredStopAtLevel=1",
                                                    "-cp",
                                                    Path.of(
                                                                    Load.class
                                                                            .getProtectionDomain()
                                                                            .getCodeSource()
                                                                            .getLocation()
                                                                            .toURI())
                                                            .toString(),
                                                    Load.class.getName(),
                                                    host,
                                                    Integer.toString(port),
                                                    "8")))
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            return new Running(
                    process,
                    new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)));
        }

        String end() throws Exception {
            process.getOutputStream().close();
            return out.readLine();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
