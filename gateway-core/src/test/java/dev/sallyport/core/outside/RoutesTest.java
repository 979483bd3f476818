package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawClient.get;
import static dev.sallyport.core.outside.RawServer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a request goes, and what the edge says when it goes nowhere. */
@ExtendWith(CleanLogs.class)
final class RoutesTest {
    @Test
    void answersUnknownHostsAndPathsAndMethodsItself() {
        try (var origin = RawServer.answering(request -> ok(request.path()));
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                "routes:\n  api: {host: a.example, path-prefix: /v1, methods: [GET, PUT], forward: app}\n"
                                        + origin.upstream(""))) {
            assertThat(edge.ask(get("/v1/x")).text()).isEqualTo("/v1/x");
            assertThat(edge.ask(get("/v2")).status()).isEqualTo(404);
            assertThat(edge.ask(get("/v1x")).status()).isEqualTo(404);
            assertThat(edge.ask("GET /v1 HTTP/1.1\r\nHost: b.example\r\n\r\n").status())
                    .isEqualTo(404);
            assertThat(edge.ask("GET /v1 HTTP/1.1\r\nHost: A.Example.:80\r\n\r\n").status())
                    .isEqualTo(200);
            Response refused = edge.ask(RawClient.post("/v1", "x"));
            assertThat(refused.status()).isEqualTo(405);
            assertThat(refused.field("allow")).contains("GET", "PUT");
            try (var client = edge.connectSecurely("b.example")) {
                assertThat(client.ask("GET / HTTP/1.1\r\nHost: b.example\r\n\r\n").status())
                        .isEqualTo(421);
            }
            edge.awaitMetric(2, "sallyport_edge_responses_total", "unknown-host\"");
        }
    }

    @Test
    void stripsPrefixAtItsSegment() {
        try (var origin = RawServer.answering(request -> ok(request.path()));
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                "routes:\n  one: {path-prefix: /v1, strip-prefix: true, forward: app}\n"
                                        + "  two: {path-prefix: /v2/, strip-prefix: true, forward: app}\n"
                                        + origin.upstream(""))) {
            assertThat(edge.ask(get("/v1")).text()).isEqualTo("/");
            assertThat(edge.ask(get("/v1/")).text()).isEqualTo("/");
            assertThat(edge.ask(get("/v1/a/b?q=/v1")).text()).isEqualTo("/a/b?q=/v1");
            assertThat(edge.ask(get("/v1//a")).text()).isEqualTo("/a");
            assertThat(edge.ask(get("/v2/a")).text()).isEqualTo("/a");
            assertThat(edge.ask(get("/v2/")).text()).isEqualTo("/");
            assertThat(edge.ask(get("/v2")).status()).isIn(200, 404);
            assertThat(edge.ask(get("/v1../admin")).status()).isEqualTo(404);
            assertThat(edge.ask(get("/v1;x=y/a;b")).text()).isEqualTo("/a;b");
            assertThat(edge.ask(get("/v1;x")).text()).isEqualTo("/");
        }
    }

    @Test
    void redirectsTheWholeServerWithoutItsAsterisk() {
        try (var edge =
                Edge.start(Wire.EPOLL, "routes:\n  all: {redirect: \"https://b.example\"}\n")) {
            Response response = edge.ask("OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n");

            // RFC 9112 3.2.4: what OPTIONS asks of an address without path is "*".
            assertThat(response.field("location")).isEqualTo("https://b.example");
        }
    }

    /** A server that cuts parameters off would serve what the route before keeps shut. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin;x",
                "/admin;/users",
                "/admin;x=y/users",
                "/admin%3bx/users",
                "/;/admin",
                "/;x=y/admin/users",
                "//;/admin",
                "/a/..;/admin"
            })
    void parametersAreNoWayAroundRoute(String path) {
        try (var origin = RawServer.answering(request -> ok(request.path()));
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                "routes:\n  shut: {path-prefix: /admin, respond: 403}\n"
                                        + "  open: {forward: app}\n"
                                        + origin.upstream(""))) {
            assertThat(edge.ask(get(path)).status()).isIn(400, 403);
            assertThat(origin.requests()).isEmpty();
        }
    }

    @Test
    void sendsTheHostThatIsAskedFor() {
        try (var origin =
                        RawServer.answering(request -> ok(String.valueOf(request.field("host"))));
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                "routes:\n  keep: {path: /keep, forward: app}\n"
                                        + "  own: {path: /own, host-header: endpoint, forward: app}\n"
                                        + "  fixed: {path: /fixed, host-header: \"c.example:81\", forward: app}\n"
                                        + origin.upstream(""))) {
            assertThat(edge.ask(get("/keep")).text()).isEqualTo("a.example");
            assertThat(edge.ask(get("/own")).text()).isEqualTo(origin.address());
            assertThat(edge.ask(get("/fixed")).text()).isEqualTo("c.example:81");
        }
    }

    @Test
    void sendsPlainHttpOnToHttpsAndKeepsItThere() {
        try (var edge =
                        Edge.start(
                                Wire.EPOLL,
                                "listeners:\n  web: {address: \"127.0.0.1:0\", redirect-to-https: true}\n"
                                        + "  secure: {address: \"127.0.0.1:0\", tls: {}}\n"
                                        + "routes:\n  all: {respond: 204}\n");
                var secure = edge.connectSecurely("a.example")) {
            Response redirect = edge.ask(get("/x/../y?q=1#".replace("/..", "").replace("#", "")));
            Response there = secure.ask(get("/"));

            assertThat(redirect.status()).isEqualTo(308);
            assertThat(redirect.field("location"))
                    .startsWith("https://a.example")
                    .endsWith("/x/y?q=1");
            assertThat(redirect.field("strict-transport-security")).isNull();
            assertThat(there.field("strict-transport-security")).isEqualTo("max-age=31536000");
        }
    }

    @Test
    void closesConnectionsBeyondTheLimits() {
        try (var edge =
                Edge.start(
                        Wire.EPOLL,
                        "routes:\n  all: {respond: 204}\nlimits: {connections-per-client: 3}\n")) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                clients.add(edge.connect());
                assertThat(clients.getLast().ask(get("/")).status()).isEqualTo(204);
            }
            try (var beyond = edge.connect()) {
                assertThat(beyond.isEnded()).isTrue();
            }
            clients.getFirst().close();
            edge.awaitMetric(2, "sallyport_connections", "listener=\"web\"");
            assertThat(edge.ask(get("/")).status()).isEqualTo(204);
            edge.awaitMetric(1, "sallyport_connections_rejected_total");
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void endsConnectionAfterItsLastRequest() {
        try (var edge =
                        Edge.start(
                                Wire.NIO,
                                "routes:\n  all: {respond: 204}\nlimits: {requests-per-connection: 2}\n");
                var client = edge.connect()) {
            assertThat(client.ask(get("/")).field("connection")).isNull();
            assertThat(client.ask(get("/")).field("connection")).isEqualTo("close");
            assertThat(client.isEnded()).isTrue();
        }
    }
}
