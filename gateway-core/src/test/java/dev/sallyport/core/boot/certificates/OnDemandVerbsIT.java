package dev.sallyport.core.boot.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.boot.screen.Tree;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What {@code certs list} and {@code certs plan} tell of names on demand, as processes. */
@Isolated("starts real programs and waits for them")
@Timeout(240)
final class OnDemandVerbsIT {
    private static final String NAME = "a.shop.example.com";
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z";

    @TempDir private Path folder;

    @Test
    void tellNamesOnDemandFromOthersAndWhatWasRefused() throws Exception {
        try (Pebble pebble = Pebble.start(folder.resolve("pebble"));
                AskService ask = AskService.start(NAME);
                TestEdge edge = TestEdge.start(folder, pebble, yaml(pebble, ask))) {
            pebble.await("served", () -> ObtainIT.isServed(pebble, "static.example.com"));
            assertThat(Clients.certificate(pebble.tlsPort, NAME)).isNotNull();
            assertThat(Clients.certificate(pebble.tlsPort, "b.shop.example.com")).isNull();
            pebble.await("idle", edge::isIdle);

            assertThat(lines("list"))
                    .hasSize(2)
                    .anySatisfy(line ->
                            assertThat(line)
                                    .matches(
                                            "active +"
                                                    + NAME
                                                    + " +until "
                                                    + TIME
                                                    + " +next .*, on demand"))
                    .anySatisfy(line ->
                            assertThat(line)
                                    .contains(" static.example.com ")
                                    .doesNotContain("on demand"));
            assertThat(lines("plan"))
                    .hasSize(4)
                    .anySatisfy(line ->
                            assertThat(line)
                                    .matches(
                                            TIME
                                                    + " renew  "
                                                    + NAME
                                                    + " \\(on demand\\) at pebble, 2 left this"
                                                    + " week"))
                    .anySatisfy(line ->
                            assertThat(line)
                                    .matches(
                                            TIME
                                                    + " renew  static.example.com at pebble, 2"
                                                    + " left this week"))
                    .contains(
                            "on demand: 1 of 1000 names, 0 handshakes wait; new names: 1 of 10 this"
                                    + " minute, 1 of 60 this hour")
                    .last()
                    .asString()
                    .matches(
                            "refused until "
                                    + TIME
                                    + ": b.shop.example.com, denied: ask answered 404 \\(expected:"
                                    + " 200\\)");

            List<Tree> listed = json("list").trees("certificates");
            assertThat(listed).hasSize(2);
            for (Tree each : listed) {
                assertThat(each.is("on-demand")).isEqualTo(each.texts("names").contains(NAME));
            }
            Tree planned = json("plan");
            assertThat(planned.trees("plan")).hasSize(2);
            Tree state = planned.tree("on-demand");
            assertThat(state.text("names")).isEqualTo("1");
            assertThat(state.text("most-names")).isEqualTo("1000");
            Tree refused = state.trees("refused").getFirst();
            assertThat(refused.text("name")).isEqualTo("b.shop.example.com");
            assertThat(refused.text("decision")).isEqualTo("denied");
            assertThat(refused.text("reason")).startsWith("ask answered 404");
            assertThat(refused.text("until")).matches(TIME);
        }
    }

    @Test
    void listSaysThatNoClientAskedYet() throws Exception {
        try (Pebble pebble = Pebble.start(folder.resolve("pebble"));
                AskService ask = AskService.start(NAME);
                TestEdge edge =
                        TestEdge.start(
                                folder,
                                pebble,
                                yaml(pebble, ask).replace("static.example.com", "*.example.com"))) {
            pebble.await("owner", () -> edge.get("/certs").contains("\"orders\" : true"));

            assertThat(lines("list"))
                    .containsExactly(
                            "none: the configuration has no section acme, no host that needs one, or"
                                    + " only names on demand that no client asked for yet");
        }
    }

    private static String yaml(Pebble pebble, AskService ask) {
        return "limits: {handshake-timeout: 40s}\n"
                + TestEdge.acme(
                        pebble,
                        "on-demand: {ask: \""
                                + ask.address()
                                + "\", patience: 30s, refused-for: 1h}")
                + """
                routes:
                  shop: {host: "*.shop.example.com", respond: 200}
                  static: {host: "static.example.com", respond: 200}
                """;
    }

    private List<String> lines(String verb) throws Exception {
        String printed = certs(verb);
        assertThat(printed).startsWith("0 ");
        return printed.substring(2).lines().toList();
    }

    private Tree json(String verb) throws Exception {
        String printed = certs(verb, "--json");
        assertThat(printed).startsWith("0 {");
        return Tree.parse(printed.substring(2));
    }

    private String certs(String verb, String... more) throws Exception {
        String[] words = new String[more.length + 4];
        words[0] = "certs";
        words[1] = verb;
        words[2] = "--socket";
        words[3] = folder.resolve("admin.sock").toString();
        System.arraycopy(more, 0, words, 4, more.length);
        return EdgeProcess.command(folder, words);
    }
}
