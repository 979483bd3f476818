package dev.sallyport.config.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.audit.finding.Finding;
import dev.sallyport.config.audit.seen.Engine;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.Membership;
import dev.sallyport.config.audit.seen.Network;
import dev.sallyport.config.audit.seen.Project;
import dev.sallyport.config.audit.seen.PublishedPort;
import dev.sallyport.config.audit.seen.Service;
import dev.sallyport.config.audit.seen.Setting;
import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Source;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rules that ask what the engine and its host are like. */
final class EngineRulesTest {
    private static final Place PLACE = Place.of(new Source("here", Path.of("")));

    @Test
    void ufwIsBypassedUnlessItsRulesAskTheEnginesChain() {
        assertThat(ids(engine("28.5.2", true, false), service("0.0.0.0"), network(false)))
                .contains("SP-D105");
        assertThat(ids(engine("28.5.2", true, true), service("0.0.0.0"), network(false)))
                .doesNotContain("SP-D105");
        assertThat(ids(engine("28.5.2", false, false), service("0.0.0.0"), network(false)))
                .doesNotContain("SP-D105");
        assertThat(ids(engine("28.5.2", true, false), service("127.0.0.1"), network(false)))
                .doesNotContain("SP-D105");
    }

    @Test
    void portAtLoopbackIsSafeFromDocker28On() {
        assertThat(ids(engine("26.1.5", false, false), service("127.0.0.1"), network(false)))
                .contains("SP-D102");
        assertThat(ids(engine("28.5.2", false, false), service("127.0.0.1"), network(false)))
                .doesNotContain("SP-D102");
    }

    @Test
    void isolationIsJudgedByItsEffect() {
        assertThat(ids(engine("28.5.2", false, false), service("127.0.0.1"), network(false)))
                .doesNotContain("SP-D203");
        assertThat(ids(engine("26.1.5", false, false), service("127.0.0.1"), network(false)))
                .contains("SP-D203");
        assertThat(ids(engine("28.5.2", false, false), service("127.0.0.1"), network(true)))
                .contains("SP-D203");
    }

    @Test
    void engineInClearIsFound() {
        var plain = new Setting("http://0.0.0.0:2375", "plain", PLACE);
        var engine = new Engine(PLACE, "Docker", "28.5.2", true, List.of(plain), false, false);

        assertThat(Audit.of(new Estate(List.of(), List.of(), engine)))
                .extracting(each -> each.rule().id() + " " + each.what())
                .containsExactly(
                        "SP-D304 the engine listens on http://0.0.0.0:2375 without TLS",
                        "SP-D305 Docker 28.5.2 is rootless: every client shares one address");
    }

    private static List<String> ids(Engine engine, Service service, Network network) {
        var project = new Project("shop", List.of(service), List.of(network));
        return Audit.of(new Estate(List.of(project), List.of(), engine)).stream()
                .map(Finding::rule)
                .map(rule -> rule.id())
                .toList();
    }

    private static Engine engine(String version, boolean isUfwOn, boolean isUfwAware) {
        return new Engine(PLACE, "Docker", version, false, List.of(), isUfwOn, isUfwAware);
    }

    private static Network network(boolean isGatewayOnHost) {
        return new Network(
                "shop",
                "shop",
                PLACE,
                false,
                true,
                "bridge",
                Map.of("com.docker.network.bridge.gateway_mode_ipv4", "isolated"),
                "br-shop",
                isGatewayOnHost);
    }

    private static Service service(String address) {
        return new Service(
                "shop",
                "web",
                PLACE,
                "web",
                List.of(),
                List.of(),
                List.of(new PublishedPort(PLACE, "8080:80", address, "8080", "80", "tcp")),
                List.of(),
                List.of(),
                List.of(new Membership(PLACE, "shop", List.of())),
                List.of(),
                List.of(),
                List.of());
    }
}
