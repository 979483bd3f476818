package dev.sallyport.core.boot.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that ask a running edge by its socket. */
@Timeout(60)
final class AskIT {
    @TempDir private static Path folder;

    private static RealCommand edge;

    @BeforeAll
    static void startEdge() throws Exception {
        Files.writeString(
                folder.resolve("sallyport.yaml"),
                """
                listeners:
                  web: {address: "127.0.0.1:0"}
                routes:
                  api: {path-prefix: /api, forward: "127.0.0.1:9"}
                admin: {socket: edge.sock}
                """);
        edge = RealCommand.start(folder, "run");
        edge.awaitText("configuration applied generation=1");
    }

    @AfterAll
    static void endEdge() {
        edge.close();
    }

    @Test
    void statusShowsHowItIs() throws Exception {
        RealCommand.Finished shown = ask("status");
        RealCommand.Finished json = ask("status", "--json");

        assertThat(shown.out())
                .containsPattern("transport +\\S+ \\(.+\\), [0-9]+ loops")
                .containsPattern("tls +BoringSSL")
                .containsPattern("config +generation 1, .*: applied")
                .containsPattern("api +forward 127.0.0.1:9")
                .containsPattern("127.0.0.1:9 +healthy");
        assertThat(shown.exit()).isZero();
        assertThat(json.out()).contains("\"last-result\" : \"applied\"");
    }

    @Test
    void metricsAreInTextForm() throws Exception {
        RealCommand.Finished metrics = ask("metrics");

        assertThat(metrics.out())
                .contains("# TYPE sallyport_config_reloads_total counter", "sallyport_build_info{");
        assertThat(metrics.exit()).isZero();
    }

    @Test
    void reloadOfTheSameChangesNothing() throws Exception {
        assertThat(ask("reload").out()).isEqualTo("nothing changed, generation 1\n");
        assertThat(ask("reload", "--json").out()).contains("\"result\" : \"unchanged\"");
    }

    @Test
    void logLevelIsSet() throws Exception {
        RealCommand.Finished set = ask("log-level", "debug");
        RealCommand.Finished wrong = ask("log-level", "loud");

        assertThat(set.out()).isEqualTo("log level debug\n");
        edge.awaitText("log level set level=debug");
        assertThat(wrong.err())
                .isEqualTo(
                        "sallyport: level: \"loud\" (expected: one of error, warn, info, debug,"
                                + " trace, off)\n");
        assertThat(wrong.exit()).isEqualTo(2);
    }

    @Test
    void explainTellsWhyByWhatRuns() throws Exception {
        RealCommand.Finished explained = ask("explain", "http://localhost/api/x");

        assertThat(explained.out()).containsPattern("api +wins").contains("healthy");
        assertThat(explained.exit()).isZero();
    }

    @Test
    void healthIsSilentWhenAllIsWell() throws Exception {
        RealCommand.Finished health = ask("health");

        assertThat(health.out() + health.err()).isEmpty();
        assertThat(health.exit()).isZero();
    }

    @Test
    void secondEdgeOnTheSameSocketDoesNotStart() throws Exception {
        RealCommand.Finished second = RealCommand.run(folder, "run");

        assertThat(second.exit()).isEqualTo(69);
        assertThat(second.err()).contains("another edge answers there").doesNotContain("Exception");
    }

    @Test
    void saysThatNobodyAnswers() throws Exception {
        RealCommand.Finished status = RealCommand.run(folder, "status", "-s", "nobody.sock");

        assertThat(status.exit()).isEqualTo(69);
        assertThat(status.err())
                .startsWith("sallyport: no edge answers at nobody.sock: ")
                .doesNotContain("Exception");
    }

    private static RealCommand.Finished ask(String... words) throws Exception {
        String[] all = new String[words.length + 2];
        System.arraycopy(words, 0, all, 0, words.length);
        all[words.length] = "--socket";
        all[words.length + 1] = "edge.sock";
        return RealCommand.run(folder, all);
    }
}
