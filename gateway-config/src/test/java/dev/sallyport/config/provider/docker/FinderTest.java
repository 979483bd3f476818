package dev.sallyport.config.provider.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.SampleFilters;
import dev.sallyport.config.guard.feed.Attachment;
import dev.sallyport.config.guard.feed.Workload;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.Route;
import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.value.Network;
import dev.sallyport.config.provider.Found;
import dev.sallyport.config.provider.docker.place.OwnNetworks;
import dev.sallyport.config.read.ConfigFiles;
import dev.sallyport.config.read.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels to routes. */
final class FinderTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
    private static final ConfigReader READER = new ConfigReader(SampleFilters.TYPES, _ -> "secret");

    @TempDir private Path folder;
    private final Claims claims = new Claims();

    @Test
    void makesARouteOfOneLabel() throws IOException {
        var found = find("", web("shop-web-1", 2), web("shop-web-2", 3));

        assertThat(problems(found)).isEmpty();
        assertThat(found.routes()).extracting(Route::name).containsExactly("shop/web@docker");
        assertThat(endpoints(found.upstreams().getFirst()))
                .containsExactly("shop-web-1/10.0.0.2:8080", "shop-web-2/10.0.0.3:8080");
    }

    @Test
    void knowsOneAddressOfTwoContainersApart() throws IOException {
        var before = find("", web("shop-web-1", 2)).upstreams();
        var after = find("", workload("c9", "shop-web-1", "10.0.0.2", Map.of())).upstreams();

        assertThat(before).isNotEqualTo(after);
    }

    @Test
    void leavesOutWhatDoesNotServe() throws IOException {
        var found =
                find(
                        "",
                        web("shop-web-1", 2).in(Workload.State.STOPPING),
                        web("shop-web-2", 3).in(Workload.State.PAUSED));

        assertThat(found.routes()).hasSize(1);
        assertThat(found.upstreams().getFirst().endpoints()).isEmpty();
    }

    @Test
    void reachesEverySettingByLabel() throws IOException {
        var found =
                find(
                        "filters: {known: {rate-limit: 5/s}}\n",
                        labelled(
                                "sallyport.host", "[a.test, b.test]",
                                "sallyport.path-prefix", "/v1",
                                "sallyport.strip-prefix", "true",
                                "sallyport.headers.x-version", "2",
                                "sallyport.timeouts.response", "5m",
                                "sallyport.retry", "2",
                                "sallyport.filters.0", "known",
                                "sallyport.filters.1.rate-limit.rate", "9/s",
                                "sallyport.upstream.health.path", "/healthz",
                                "sallyport.upstream.balance", "least-requests",
                                "sallyport.upstream.hold", "10s",
                                "sallyport.weight", "3"));

        assertThat(problems(found)).isEmpty();
        var route = found.routes().getFirst();
        assertThat(route.match().hosts()).hasSize(2);
        assertThat(route.stripPrefix()).isTrue();
        assertThat(route.retry()).isEqualTo(2);
        assertThat(route.filters()).hasSize(2);
        assertThat(route.timeouts().response()).isEqualTo(Duration.ofMinutes(5));
        var upstream = found.upstreams().getFirst();
        assertThat(Objects.requireNonNull(upstream.health()).path()).isEqualTo("/healthz");
        assertThat(upstream.balance()).isEqualTo(Upstream.Balance.LEAST_REQUESTS);
        assertThat(upstream.hold()).isEqualTo(Duration.ofSeconds(10));
        assertThat(upstream.endpoints().getFirst().weight()).isEqualTo(3);
    }

    @Test
    void makesSeveralRoutesOfOneContainer() throws IOException {
        var found =
                find(
                        "",
                        labelled(
                                "sallyport.port", "8080",
                                "sallyport.routes.web.host", "a.test",
                                "sallyport.routes.api.host", "api.test",
                                "sallyport.routes.api.port", "9090",
                                "sallyport.routes.old.host", "old.test",
                                "sallyport.routes.old.redirect", "https://a.test"));

        assertThat(problems(found)).isEmpty();
        assertThat(found.routes())
                .extracting(Route::name)
                .containsExactly(
                        "shop/web:api@docker", "shop/web:old@docker", "shop/web:web@docker");
        assertThat(found.upstreams())
                .extracting(Upstream::name)
                .containsExactlyInAnyOrder("shop/web:api@docker", "shop/web@docker");
    }

    @Test
    void tellsAMistypedLabelWithItsContainer() throws IOException {
        var found = find("", labelled("sallyport.hots", "a.test"));

        assertThat(problems(found))
                .containsExactly(
                        "container web sallyport.hots: unknown label; did you mean"
                                + " \"sallyport.host\"?");
    }

    @Test
    void keepsTheSoundRouteBesideABrokenOne() throws IOException {
        var found =
                find(
                        "",
                        labelled(
                                "sallyport.routes.good.host", "a.test",
                                "sallyport.routes.bad.host", "b.test",
                                "sallyport.routes.bad.retry", "many"));

        assertThat(found.routes()).extracting(Route::name).containsExactly("shop/web:good@docker");
        assertThat(problems(found))
                .singleElement()
                .asString()
                .startsWith("container web sallyport.routes.bad.retry: \"many\"");
    }

    @Test
    void takesNoSecretOfTheEdge() throws IOException {
        var found =
                find(
                        "",
                        labelled(
                                "sallyport.host", "a.test",
                                "sallyport.upstream.tls.ca-file", "/etc/passwd"));

        assertThat(found.routes()).isEmpty();
        assertThat(problems(found)).singleElement().asString().contains("labels cannot name one");
    }

    @Test
    void givesNoNameToTheEdge() throws IOException {
        var found =
                find(
                        "",
                        labelled(
                                "sallyport.host", "a.test",
                                "sallyport.upstream.tls.client-certificate.internal",
                                        "spiffe://example.org/admin"));

        assertThat(found.routes()).isEmpty();
        assertThat(problems(found)).singleElement().asString().contains("labels cannot give one");
    }

    @Test
    void doesNotGuessBetweenNetworks() throws IOException {
        var both =
                new Workload(
                        "c1",
                        "web",
                        "web",
                        Workload.State.RUNNING,
                        Workload.Health.NONE,
                        1,
                        "",
                        "",
                        List.of(8080),
                        List.of(
                                new Attachment("one", "n1", "e1", "10.0.0.2", ""),
                                new Attachment("two", "n2", "e2", "10.0.0.9", "")),
                        Map.of("sallyport.host", "a.test"),
                        "");

        assertThat(problems(find("", both)))
                .containsExactly(
                        "container web sallyport.network: missing, and the edge shares several"
                                + " networks: one, two (expected: one of them)");
    }

    @Test
    void tellsWhichPortsThereAre() throws IOException {
        var many =
                new Workload(
                        "c1",
                        "web",
                        "web",
                        Workload.State.RUNNING,
                        Workload.Health.NONE,
                        1,
                        "",
                        "",
                        List.of(8080, 9090),
                        List.of(new Attachment("one", "n1", "e1", "10.0.0.2", "")),
                        Map.of("sallyport.host", "a.test"),
                        "");

        assertThat(problems(find("", many)))
                .containsExactly(
                        "container web sallyport.port: missing, and the image exposes several"
                                + " ports: 8080, 9090 (expected: the port that serves)");
    }

    @Test
    void keepsAHostForWhoClaimedItFirst() throws IOException {
        find("", web("shop-web-1", 2));

        var both = find("", single("thief", 7, "sallyport.host", "A.test."), web("shop-web-1", 2));

        assertThat(both.routes()).extracting(Route::name).containsExactly("shop/web@docker");
        assertThat(problems(both))
                .singleElement()
                .asString()
                .startsWith("container thief sallyport.host: \"a.test\"")
                .contains("project shop on network shop_default since 2027");
    }

    @Test
    void givesAHostAwayAfterItsOwnerWasLongGone() throws IOException {
        find("", web("shop-web-1", 2));
        claims.release(NOW.plusSeconds(601), Duration.ofMinutes(10));

        var found = find("", single("next", 7, "sallyport.host", "a.test"));

        assertThat(found.routes()).extracting(Route::name).containsExactly("next@docker");
    }

    @Test
    void leavesHostsOfTheConfigurationAlone() throws IOException {
        var found = find("routes: {own: {host: a.test, respond: 200}}\n", web("shop-web-1", 2));

        assertThat(found.routes()).isEmpty();
        assertThat(problems(found)).singleElement().asString().contains("configuration file");
    }

    @Test
    void letsOnlyGrantedOnesClaim() throws IOException {
        var grants =
                "providers: {docker: {grants: [{projects: shop, networks: shop_default, domains:"
                        + " \"*.test\"}]}}\n";

        var found =
                find(grants, web("shop-web-1", 2), single("other", 7, "sallyport.host", "b.test"));

        assertThat(found.routes()).extracting(Route::name).containsExactly("shop/web@docker");
        assertThat(problems(found)).singleElement().asString().contains("container other");
    }

    @Test
    void takesNoWildcardWithoutAGrant() throws IOException {
        var found = find("", single("wild", 7, "sallyport.host", "*.test"));

        assertThat(found.routes()).isEmpty();
        assertThat(problems(found)).singleElement().asString().contains("take a grant");
    }

    private Found find(String yaml, Workload... workloads) throws IOException {
        var file = Files.writeString(folder.resolve("edge.yaml"), yaml + "dns: {}\n");
        var base = read(file);
        var parts = new Parts(READER);
        parts.begin(base.filters());
        var docker = base.providers().docker();
        var settings =
                docker != null
                        ? docker
                        : Objects.requireNonNull(
                                read(Files.writeString(
                                                folder.resolve("docker.yaml"),
                                                "providers: {docker: {}}\n"))
                                        .providers()
                                        .docker());
        var own = new OwnNetworks(List.of(Network.parse("10.0.0.0/24")));
        var entries = new ArrayList<Roster.Entry>();
        for (var each : workloads) {
            entries.add(new Roster.Entry(each, NOW, null));
        }
        return new Finder(parts, claims, base, settings, own, NOW).find(entries);
    }

    private static GatewayConfig read(Path file) {
        return Objects.requireNonNull(READER.read(ConfigFiles.load(file).root()).config());
    }

    private static Workload web(String name, int last) {
        return workload("id-" + name, name, "10.0.0." + last, Map.of());
    }

    private static Workload workload(
            String id, String name, String address, Map<String, String> more) {
        Map<String, String> labels = new TreeMap<>(more);
        labels.put("sallyport.host", "a.test");
        return new Workload(
                id,
                name,
                "web",
                Workload.State.RUNNING,
                Workload.Health.NONE,
                1,
                "shop",
                "web",
                List.of(8080),
                List.of(new Attachment("shop_default", "n1", "e-" + id, address, "")),
                labels,
                "");
    }

    private static Workload labelled(String... labels) {
        return container("web", "shop", "web", 2, labels);
    }

    private static Workload single(String name, int last, String... labels) {
        return container(name, "", "", last, labels);
    }

    private static Workload container(
            String name, String project, String service, int last, String... labels) {
        Map<String, String> map = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            map.put(labels[i], labels[i + 1]);
        }
        return new Workload(
                "id-" + name,
                name,
                "web",
                Workload.State.RUNNING,
                Workload.Health.NONE,
                1,
                project,
                service,
                List.of(8080),
                List.of(new Attachment("shop_default", "n1", "e-" + name, "10.0.0." + last, "")),
                map,
                "");
    }

    private static List<String> endpoints(Upstream upstream) {
        return upstream.endpoints().stream().map(each -> each.address().toString()).toList();
    }

    private static List<String> problems(Found found) {
        return found.problems().stream().map(Problem::toString).toList();
    }
}
