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

/** Labels of real containers become routes, by a real engine, guard and edge. */
@Isolated
@Timeout(120)
final class DockerRoutesIT {
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
    void routesToReplicasByOneLabel() throws Exception {
        replica("shop-web-1");
        replica("shop-web-2");
        bench.guard().edge();

        bench.awaitGet("shop.localhost", "/cgi-bin/who", "200 shop-web-");

        assertThat(bench.get("shop.localhost", "/")).isEqualTo("200 hello");
        assertThat(bench.get("other.localhost", "/")).startsWith("404");
        assertThat(engine.curl("-k", "https://shop.localhost:8443/")).isEqualTo("hello");
    }

    private static void replica(String name, String... more) throws Exception {
        engine.replica("shop", "web", name, "sallyport.host=shop.localhost", more);
    }
}
