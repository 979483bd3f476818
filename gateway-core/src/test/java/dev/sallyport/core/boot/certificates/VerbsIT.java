package dev.sallyport.core.boot.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.certificate.Pem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The verbs of {@code certs}, as processes, on an edge that has one certificate. */
@Isolated("starts real programs and waits for them")
@Timeout(240)
final class VerbsIT {
    private static final String NAME = "shop.example.com";

    @TempDir private Path folder;

    @Test
    void tellsAndDoesWhatPeopleWant() throws Exception {
        try (Pebble pebble = Pebble.start(folder.resolve("pebble"));
                TestEdge edge =
                        TestEdge.start(
                                folder,
                                pebble,
                                TestEdge.acme(pebble, "")
                                        + "routes: {shop: {host: shop.example.com, respond: 200}}")) {
            edge.pebble.await("served", () -> ObtainIT.isServed(pebble, NAME));
            pebble.await("idle", edge::isIdle);

            assertThat(certs("list")).startsWith("0 active ").contains(NAME);
            assertThat(certs("list", "--json")).startsWith("0 {").contains("\"orders\" : true");
            assertThat(certs("show", NAME)).startsWith("0 ").contains("a share of its lifetime");
            assertThat(certs("plan"))
                    .startsWith("0 ")
                    .contains("renew")
                    .contains("2 left this week");
            assertThat(certs("history", NAME)).contains("ordered").contains("issued");
            assertThat(certs("doctor", NAME)).contains("storage").contains("authority pebble");
            assertThat(certs("show", "other.example.com")).startsWith("69 ").contains("certs list");
            assertThat(certs("renew", NAME)).startsWith("0 ");
            pebble.await("renewed", () -> pebble.certificates() == 2 && edge.isIdle());

            String before = serial(pebble);
            assertThat(certs("revoke", NAME)).startsWith("2 ").contains("--yes");
            assertThat(certs("revoke", NAME, "--reason", "key-compromise", "--yes"))
                    .startsWith("0 ")
                    .contains("serial " + before);
            pebble.await("replaced", () -> !serial(pebble).equals(before));
            exportsAndImports(pebble, edge);
        }
    }

    private void exportsAndImports(Pebble pebble, TestEdge edge) throws Exception {
        Path to = folder.resolve("exported");
        pebble.await("idle", edge::isIdle);
        String storage = folder.resolve("state").toString();
        assertThat(run("certs", "export", NAME, "--storage", storage, "--to", to.toString()))
                .startsWith("0 ");
        var exported = Pem.read(to.resolve("fullchain.pem"), to.resolve("privkey.pem"));
        assertThat(exported.leaf().getSerialNumber().toString(16)).isEqualTo(serial(pebble));
        String[] words = {
            "certs",
            "import",
            "pem",
            to.resolve("fullchain.pem").toString(),
            "--key",
            to.resolve("privkey.pem").toString(),
            "--storage"
        };
        assertThat(run(with(words, storage))).startsWith("69 ").contains("an edge orders here");
        String other = folder.resolve("other").toString();
        assertThat(run(with(words, other, "--dry-run"))).startsWith("0 would be kept: ");
        assertThat(Files.exists(folder.resolve("other/acme/live"))).isFalse();
        assertThat(run(with(words, other))).startsWith("0 kept: ");
    }

    private static String serial(Pebble pebble) {
        return Objects.requireNonNull(Clients.certificate(pebble.tlsPort, NAME))
                .getSerialNumber()
                .toString(16);
    }

    private String certs(String verb, String... words) throws Exception {
        String[] all = new String[words.length + 4];
        all[0] = "certs";
        all[1] = verb;
        System.arraycopy(words, 0, all, 2, words.length);
        all[words.length + 2] = "--socket";
        all[words.length + 3] = folder.resolve("admin.sock").toString();
        return run(all);
    }

    private static String[] with(String[] words, String... more) {
        String[] all = java.util.Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return all;
    }

    /** The exit code and all that was printed. */
    private String run(String... words) throws Exception {
        return EdgeProcess.command(folder, words);
    }
}
