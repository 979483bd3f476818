package dev.sallyport.core.boot.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.json.Json;
import dev.sallyport.core.support.Repository;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that look at compose files, as an operator runs them. */
@Timeout(300)
final class AuditIT {
    private static final String FAULTY =
            """
            services:
              edge:
                image: sallyport
                command: ["run", "--docker"]
                ports: ["80:80", "443:443"]
                networks: [public, shop]
                read_only: true
                cap_drop: [ALL]
                security_opt: ["no-new-privileges:true"]
              shop:
                image: example/shop
                networks: [shop]
                ports:
                  - "8080:8080"
                environment:
                  DB_PASSWORD: PLANTED-secret
                labels:
                  sallyport.host: shop.example.com
            networks:
              public: {}
              shop: {internal: true}
            """;

    @TempDir private static Path folder;

    @BeforeAll
    static void writeFiles() throws Exception {
        Files.writeString(folder.resolve("faulty.yaml"), FAULTY);
        Files.writeString(
                folder.resolve("labels.yaml"),
                FAULTY.replace("sallyport.host:", "sallyport.hots:"));
        Files.writeString(
                folder.resolve("edge.yaml"),
                """
                listeners: {web: {address: "127.0.0.1:8080", redirect-to-https: false}}
                routes: {own: {host: own.example.com, respond: 204}}
                filters: {internal-only: {rate-limit: 5/s}}
                """);
        Files.writeString(
                folder.resolve("filters.yaml"),
                FAULTY.replace(
                        "    labels:\n",
                        "    labels:\n      sallyport.filters: \"[internal-only]\"\n"));
    }

    @Test
    void auditTellsPlaceReasonAndChange() throws Exception {
        RealCommand.Finished audit = run("audit", "faulty.yaml");

        assertThat(audit.out())
                .contains(
                        "faulty.yaml:14:9 SP-D101 high",
                        "publishes 8080/tcp at 0.0.0.0:8080",
                        "    why     ",
                        "    change  remove \"8080:8080\" from its ports",
                        "faulty.yaml:16:7 SP-D501 high",
                        "2 findings: 2 high")
                .doesNotContain("PLANTED");
        assertThat(audit.err()).isEmpty();
        assertThat(audit.exit()).isEqualTo(1);
    }

    @Test
    void auditOfTheExampleFindsNothing() throws Exception {
        Path example = Repository.root().resolve("docker/compose.yaml");

        RealCommand.Finished audit = run("audit", example.toString());

        assertThat(audit.out())
                .contains("nothing found")
                .containsPattern("  edge +443/tcp +yes +yes +yes +yes +-")
                .containsPattern("  shop +any port +\\. +yes +- +\\. +yes");
        assertThat(audit.exit()).isZero();
    }

    @Test
    void theDocumentedAuditIsWhatIsPrinted() throws Exception {
        String page = Files.readString(Repository.root().resolve("docs/audit.md"));
        int begin = page.indexOf("```yaml\n") + "```yaml\n".length();
        int end = page.indexOf("```\n", begin);
        Path shop = Files.createDirectory(folder.resolve("shop"));
        Files.writeString(shop.resolve("compose.yaml"), page.substring(begin, end));

        String printed = RealCommand.run(shop, "audit", "compose.yaml").out();

        assertThat(page.substring(end + "```\n".length())).startsWith("\n```\n" + printed + "```");
    }

    @Test
    void baselineHoldsWhatIsAccepted() throws Exception {
        assertThat(run("audit", "--write-baseline", "accepted", "faulty.yaml").exit()).isZero();
        Files.writeString(folder.resolve("moved.yaml"), "# a line more\n" + FAULTY);

        RealCommand.Finished same = run("audit", "--baseline", "accepted", "moved.yaml");
        Files.writeString(folder.resolve("more.yaml"), FAULTY + "  lan: {driver: macvlan}\n");
        RealCommand.Finished more = run("audit", "--baseline", "accepted", "more.yaml");
        Files.writeString(folder.resolve("less.yaml"), FAULTY.replace("PASSWORD", "PLACE"));
        RealCommand.Finished less = run("audit", "--baseline", "accepted", "less.yaml");

        assertThat(same.out()).contains("nothing found; 2 in the baseline");
        assertThat(same.exit()).isZero();
        assertThat(more.out()).contains("SP-D204").doesNotContain("SP-D101");
        assertThat(more.exit()).isEqualTo(1);
        assertThat(less.out()).containsPattern("baseline: \"SP-D501 .*DB_PASSWORD\" is not found");
        assertThat(less.exit()).isZero();
        assertThat(run("audit", "--baseline", "missing", "faulty.yaml").exit()).isEqualTo(78);
    }

    @Test
    void severityDecidesHowItEnds() throws Exception {
        assertThat(run("audit", "--fail-on", "critical", "faulty.yaml").exit()).isZero();
        assertThat(run("audit", "--fail-on", "bad", "faulty.yaml").exit()).isEqualTo(2);
        RealCommand.Finished missing = run("audit", "missing.yaml");
        assertThat(missing.err()).contains("missing.yaml").contains("a file that exists");
        assertThat(missing.exit()).isEqualTo(78);
    }

    @Test
    void jsonHasFindingsAndReachability() throws Exception {
        Map<?, ?> tree = map(Json.read(run("audit", "--json", "faulty.yaml").out()));

        assertThat(list(tree, "findings")).hasSize(2);
        Map<?, ?> first = map(list(tree, "findings").getFirst());
        assertThat(text(first, "id")).isEqualTo("SP-D101");
        assertThat(first.get("line")).isEqualTo(14L);
        assertThat(list(tree, "reachability"))
                .anySatisfy(row -> {
                    assertThat(map(row).get("port")).isEqualTo("8080/tcp");
                    assertThat(map(map(row).get("from")).get("LAN")).isEqualTo("0.0.0.0:8080/tcp");
                });
    }

    @Test
    void sarifIsAsItsStandardSays() throws Exception {
        Map<?, ?> log = map(Json.read(run("audit", "--sarif", "faulty.yaml").out()));

        assertThat(log.get("version")).isEqualTo("2.1.0");
        assertThat(URI.create(text(log, "$schema")).isAbsolute()).isTrue();
        Map<?, ?> run = map(list(log, "runs").getFirst());
        Map<?, ?> driver = map(map(run.get("tool")).get("driver"));
        assertThat(text(driver, "name")).isNotBlank();
        List<String> ids = new ArrayList<>();
        for (Object rule : list(driver, "rules")) {
            ids.add(text(map(rule), "id"));
            for (String key : List.of("shortDescription", "fullDescription", "help")) {
                assertThat(text(map(map(rule).get(key)), "text")).isNotBlank();
            }
            assertThat(text(map(map(rule).get("defaultConfiguration")), "level"))
                    .isIn("none", "note", "warning", "error");
        }
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(list(run, "results")).hasSize(2);
        for (Object each : list(run, "results")) {
            Map<?, ?> result = map(each);
            assertThat(ids.get(((Long) Objects.requireNonNull(result.get("ruleIndex"))).intValue()))
                    .isEqualTo(text(result, "ruleId"));
            assertThat(text(result, "level")).isIn("none", "note", "warning", "error");
            assertThat(text(map(result.get("message")), "text")).isNotBlank();
            Map<?, ?> location = map(list(result, "locations").getFirst());
            Map<?, ?> physical = map(location.get("physicalLocation"));
            assertThat(URI.create(text(map(physical.get("artifactLocation")), "uri")))
                    .hasToString("faulty.yaml");
            Map<?, ?> region = map(physical.get("region"));
            assertThat((Long) region.get("startLine")).isPositive();
            assertThat((Long) region.get("startColumn")).isPositive();
            assertThat(map(result.get("partialFingerprints")))
                    .allSatisfy((key, value) -> assertThat(value).isInstanceOf(String.class));
        }
    }

    @Test
    void checkNamesContainerLabelAndNearestKey() throws Exception {
        RealCommand.Finished check = run("check", "labels.yaml");

        assertThat(check.out())
                .contains(
                        "labels.yaml:18:7 service shop sallyport.hots: unknown label; did you mean"
                                + " \"sallyport.host\"?",
                        "labels.yaml: 1 error, 0 warnings");
        assertThat(check.exit()).isEqualTo(1);
        assertThat(run("check", "faulty.yaml").out()).isEqualTo("faulty.yaml: good\n");
    }

    @Test
    void checkReadsLabelsBesideTheConfigurationOfTheEdge() throws Exception {
        RealCommand.Finished both = run("check", "edge.yaml", "filters.yaml");
        RealCommand.Finished alone = run("check", "filters.yaml");

        assertThat(both.out()).contains("filters.yaml: good\n");
        assertThat(alone.out())
                .contains("sallyport.filters[0]: warning: \"internal-only\"", "good, 1 warning");
        assertThat(alone.exit()).isZero();
    }

    @Test
    void firewallPrintsWhatItWasAskedFor() throws Exception {
        assertThat(run("firewall", "--nft", "faulty.yaml").out())
                .contains("ct original proto-dst { 80, 443 } accept", "tcp dport { 8080 } drop");
        assertThat(run("firewall", "--ufw", "--ipv6", "faulty.yaml").out())
                .contains("/etc/ufw/after6.rules", "COMMIT");
        assertThat(run("firewall", "faulty.yaml").exit()).isEqualTo(2);
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return (Map<?, ?>) Objects.requireNonNull(value);
    }

    private static List<?> list(Map<?, ?> map, String key) {
        return (List<?>) Objects.requireNonNull(map.get(key));
    }

    private static String text(Map<?, ?> map, String key) {
        return (String) Objects.requireNonNull(map.get(key));
    }

    private static RealCommand.Finished run(String... words) throws Exception {
        return RealCommand.run(folder, words);
    }
}
