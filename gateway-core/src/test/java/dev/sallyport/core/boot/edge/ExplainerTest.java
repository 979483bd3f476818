package dev.sallyport.core.boot.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.read.ConfigFiles;
import dev.sallyport.config.read.ConfigReader;
import dev.sallyport.core.boot.screen.Failure;
import dev.sallyport.core.filter.BuiltInFilters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainerTest {
    @TempDir private Path folder;

    private Explainer explainer;

    @BeforeEach
    void readConfiguration() throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("edge.yaml"),
                        """
                        listeners:
                          web: {address: ":80", redirect-to-https: true}
                          secure: {address: ":443", tls: {}}
                          raw: {address: ":9000", kind: tcp}
                          dns: {address: ":53", kind: udp}
                        tcp-routes:
                          db: {sni: "*.db.test", alpn: pg, filters: [{rate-limit: 1/s}], forward: pool}
                          raw: {listeners: raw, forward: pool}
                        udp-routes:
                          dns: {listeners: dns, forward: pool}
                        routes:
                          api: {host: app.test, path-prefix: /api, methods: [GET], forward: pool}
                          site: {host: app.test, path: /, respond: 204}
                          v2: {host: app.test, path-prefix: /v, headers: {x-version: "2"}, respond: 200}
                        upstreams:
                          pool: {endpoints: ["127.0.0.1:9000", {address: "127.0.0.1:9001", weight: 3}]}
                        """);
        var reading =
                new ConfigReader(BuiltInFilters.types(), _ -> null)
                        .read(ConfigFiles.load(file).root());
        GatewayConfig config = reading.config();
        assertThat(config).as(reading.problems().toString()).isNotNull();
        explainer = Explainer.of(Objects.requireNonNull(config));
    }

    @Test
    void namesRouteAndItsEndpoints() throws Failure {
        Map<String, Object> page = explain("https://app.test/api/x");

        assertThat(page)
                .containsEntry("route", "api")
                .containsEntry("answer", "forward pool")
                .containsEntry("host", "app.test")
                .containsEntry("path", "/api/x")
                .containsEntry(
                        "endpoints",
                        List.of(
                                Map.of("endpoint", "127.0.0.1:9000", "weight", 1),
                                Map.of("endpoint", "127.0.0.1:9001", "weight", 3)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://other.test/          | 421, no route names this host",
                "https://app.test/nothing     | 404, no route of this host fits the request",
                "http://app.test/api          | 308, this listener sends everything on to HTTPS",
                "https://app.test/a%00b       | 400, refused as malformed",
                "https://app.test:port/x      | 400, refused as malformed",
                "https://app.test/../x        | 400, refused as malformed",
            })
    void tellsWhatTheEdgeAnswersItself(String url, String answer) throws Failure {
        assertThat(explain(url)).doesNotContainKey("route");
        assertThat(explain(url).get("answer")).asString().startsWith(answer);
    }

    @Test
    void tellsWhichMethodsAreAllowed() throws Failure {
        var question = new Question("https://app.test/api", "PUT", List.of(), Question.CLIENT);

        assertThat(explainer.explain(question).get("answer"))
                .asString()
                .startsWith("405, allowed:");
    }

    @Test
    void matchesByFieldsOfTheQuestion() throws Failure {
        var question =
                new Question("https://app.test/v", "GET", List.of("x-version: 2"), Question.CLIENT);

        assertThat(explainer.explain(question)).containsEntry("route", "v2");
        assertThat(explain("https://app.test/v")).doesNotContainKey("route");
    }

    @ParameterizedTest
    @ValueSource(strings = {"app.test/", "ftp://app.test/", ""})
    void refusesWhatIsNoUrl(String url) {
        assertThatThrownBy(() -> explain(url))
                .isInstanceOf(Failure.class)
                .hasMessage(
                        "url: \"" + url + "\" (expected: such as https://app.example.com/path)");
    }

    @Test
    void refusesClientThatIsNoAddress() {
        var question = new Question("https://app.test/", "GET", List.of(), "me");

        assertThatThrownBy(() -> explainer.explain(question))
                .hasMessage("client: \"me\" (expected: an IP address)");
    }

    @Test
    void survivesTheWayThroughTheAdminInterface() throws Failure {
        var question =
                new Question("https://app.test/a?b=c&d", "GET", List.of("a: 1&2", "b: x"), "::1");
        Map<String, String> query = new java.util.HashMap<>();
        for (String pair : question.toQuery().split("&", -1)) {
            String[] sides = pair.split("=", 2);
            query.put(
                    sides[0],
                    java.net.URLDecoder.decode(sides[1], java.nio.charset.StandardCharsets.UTF_8));
        }

        assertThat(Question.of(query)).isEqualTo(question);
    }

    private Map<String, Object> explain(String url) throws Failure {
        return explainer.explain(new Question(url, "GET", List.of(), Question.CLIENT));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tls://a.db.test:443?alpn=x,pg | db  | tcp pool",
                "TCP://localhost:9000          | raw | tcp pool",
                "udp://localhost:53            | dns | udp pool",
            })
    void findsRoutesOfConnections(String url, String route, String answer) throws Failure {
        assertThat(explain(url)).containsEntry("route", route).containsEntry("answer", answer);
        assertThat((List<?>) explain(url).get("endpoints")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tls://a.db.test:443     | TLS for routes, ask https://a.db.test:443/",
                "tls://app.test:443      | TLS for routes, ask https://app.test:443/",
                "tcp://localhost:1       | nobody listens: no listener for tcp://localhost:1",
                "tcp://localhost:80      | nobody listens: no listener for tcp://localhost:80",
            })
    void tellsWhereConnectionsEnd(String url, String answer) throws Failure {
        assertThat(explain(url)).doesNotContainKey("route").containsEntry("answer", answer);
    }
}
