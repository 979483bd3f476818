package dev.sallyport.core.boot.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that need no running edge. */
@Timeout(60)
final class InspectIT {
    @TempDir private static Path folder;

    @BeforeAll
    static void writeConfigurations() throws Exception {
        Files.writeString(
                folder.resolve("good.yaml"),
                """
                listeners:
                  secure: {address: "127.0.0.1:8443", tls: {}}
                routes:
                  api: {host: localhost, path-prefix: /api, forward: "127.0.0.1:9000"}
                  site: {host: localhost, filters: [{rate-limit: 5/s}], respond: 204}
                """);
        Files.writeString(
                folder.resolve("bad.yaml"),
                """
                routes:
                  api: {host: localhost, path-prefix: api, forward: "127.0.0.1:9000"}
                  site: {host: localhost, respnd: 204}
                """);
    }

    @Test
    void checkTellsEverythingWrongWithItsPlace() throws Exception {
        RealCommand.Finished good = run("check", "good.yaml");
        RealCommand.Finished bad = run("check", "good.yaml", "bad.yaml");

        assertThat(good.out()).isEqualTo("good.yaml: good\n");
        assertThat(good.exit()).isZero();
        assertThat(bad.out())
                .startsWith("good.yaml: good\n")
                .contains("bad.yaml:2:", "routes.api.path-prefix: \"api\"")
                .contains("bad.yaml:3:", "did you mean \"respond\"?");
        assertThat(bad.exit()).isEqualTo(1);
        assertThat(bad.err()).isEmpty();
    }

    @Test
    void checkPrintsJsonForPrograms() throws Exception {
        RealCommand.Finished good = run("check", "--json", "good.yaml");
        RealCommand.Finished bad = run("check", "--json", "bad.yaml");

        assertThat(good.out().strip()).isEqualTo("[ ]");
        assertThat(good.exit()).isZero();
        assertThat(bad.out())
                .contains("\"severity\" : \"error\"", "\"line\" : 2", "\"hint\" : \"respond\"");
        assertThat(bad.exit()).isEqualTo(1);
    }

    @Test
    void verbsTellWhatTheyTake() throws Exception {
        for (List<String> words :
                List.of(List.of("check"), List.of("guard"), List.of("certs", "renew"))) {
            List<String> all = new ArrayList<>(words);
            all.add("--help");
            RealCommand.Finished help = run(all.toArray(String[]::new));
            assertThat(help.out()).startsWith("Usage: sallyport " + String.join(" ", words));
            assertThat(help.exit()).isZero();
        }
    }

    @Test
    void tellsThatStandardOutputTookNotAll() throws Exception {
        RealCommand.Finished full = shell("reference > /dev/full");
        RealCommand.Finished gone = shell("reference | head -n 1; exit ${PIPESTATUS[0]}");

        assertThat(full.err()).startsWith("sallyport: standard output: not all was written");
        assertThat(full.exit()).isEqualTo(74);
        assertThat(gone.out()).isEqualTo("# Configuration reference\n");
        assertThat(gone.err()).isEmpty();
        assertThat(gone.exit()).isZero();
    }

    @Test
    void runWithoutAFileTellsWhatThereCouldBe() throws Exception {
        RealCommand.Finished finished = run("run");

        assertThat(finished.err())
                .startsWith("no sallyport.yaml in this folder (expected: one; or --config");
        assertThat(finished.exit()).isEqualTo(78);
    }

    @Test
    void proxyTellsWhichOptionIsWrong() throws Exception {
        RealCommand.Finished finished =
                run("proxy", "--from", "https://localhost:8443", "--to", "app:99999");

        assertThat(finished.err())
                .startsWith("sallyport: --to: \"app:99999\" (expected: a port of 1..65535)");
        assertThat(finished.exit()).isEqualTo(2);
    }

    @Test
    void checkWithoutFileIsWrongUse() throws Exception {
        assertThat(run("check").exit()).isEqualTo(2);
    }

    @Test
    void explainTellsWhyByFile() throws Exception {
        RealCommand.Finished found =
                run("explain", "--config", "good.yaml", "https://localhost:8443/shop");
        RealCommand.Finished lost =
                run("explain", "--config", "good.yaml", "https://other.example:8443/");

        assertThat(found.out())
                .contains("matched as  localhost /shop", "listener    secure 127.0.0.1:8443")
                .containsPattern("api +loses: ")
                .containsPattern("site +wins")
                .contains("filters     rate-limit", "answer      respond 204");
        assertThat(found.exit()).isZero();
        assertThat(lost.out()).contains("answer      421, no route names this host");
        assertThat(lost.exit()).isEqualTo(1);
    }

    @Test
    void referenceIsTheOneInTheDocs() throws Exception {
        Path docs = Repository.root().resolve("docs");

        assertThat(run("reference").out())
                .isEqualTo(Files.readString(docs.resolve("reference.md")));
        assertThat(run("reference", "--schema").out())
                .isEqualTo(Files.readString(docs.resolve("sallyport.schema.json")));
    }

    @Test
    void printFillsInWhatWasNotWritten() throws Exception {
        RealCommand.Finished printed = run("print", "good.yaml");

        assertThat(printed.out()).contains("path-prefix: /api", "limits:", "drain-timeout:");
        assertThat(printed.exit()).isZero();
    }

    @Test
    void versionTellsWhatItIsMadeOf() throws Exception {
        RealCommand.Finished version = run("version");

        assertThat(version.out())
                .containsPattern("^sallyport [0-9]+\\.[0-9]+\\.[0-9]+")
                .containsPattern("java +" + Runtime.version().feature())
                .containsPattern("netty +4\\.")
                .containsPattern("tls +BoringSSL")
                .containsPattern("tcnative +2\\.")
                .containsPattern("transport +[a-z_]+ \\(");
        assertThat(run("version", "--json").out()).contains("\"version\" : ", "\"netty\" : \"4.");
        assertThat(run("--version").out())
                .isEqualTo(version.out().lines().findFirst().get() + "\n");
    }

    private static RealCommand.Finished shell(String command) throws Exception {
        String line = String.join(" ", RealCommand.line()) + " " + command;
        return RealCommand.program(folder, List.of("bash", "-c", line)).finish();
    }

    private static RealCommand.Finished run(String... words) throws Exception {
        return RealCommand.run(folder, words);
    }
}
