package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawClient.get;
import static dev.sallyport.core.outside.RawClient.post;
import static dev.sallyport.core.outside.RawServer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where bodies end, whichever way each side says so (RFC 9112 6). */
@ExtendWith(CleanLogs.class)
final class FramingTest {
    private static final String CHUNKED =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n"
                    + "3\r\nabc\r\n5;ext=1\r\ndefgh\r\n0\r\nX-Sum: 8\r\nContent-Length: 3\r\n\r\n";

    @WireTest
    void relaysChunksBothWays(Wire wire) {
        try (var origin = RawServer.answering(request -> CHUNKED);
                var edge = Edge.start(wire, origin.route());
                var client = edge.connect()) {
            for (int i = 0; i < 3; i++) {
                Response response =
                        client.ask(
                                "POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding:"
                                        + " chunked\r\n\r\n4\r\nwxyz\r\n1\r\n!\r\n0\r\nX-T: 1\r\n\r\n");

                assertThat(response.text()).isEqualTo("abcdefgh");
                assertThat(response.field("content-length")).isNull();
                assertThat(response.trailers()).isEmpty();
                assertThat(origin.lastRequest().text()).isEqualTo("wxyz!");
                assertThat(origin.lastRequest().field("content-length")).isNull();
                assertThat(origin.lastRequest().head()).doesNotContainIgnoringCase("x-t");
            }
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @WireTest
    void relaysTrailersToWhoAsksWithoutFraming(Wire wire) {
        try (var origin = RawServer.answering(request -> CHUNKED);
                var edge = Edge.start(wire, origin.route())) {
            Response response =
                    edge.ask(
                            "GET / HTTP/1.1\r\nHost: a.example\r\nTE: trailers\r\n"
                                    + "Connection: te\r\n\r\n");

            assertThat(response.trailers()).hasSize(1);
            assertThat(response.trailers().getFirst()).isEqualToIgnoringCase("x-sum: 8");
            assertThat(origin.lastRequest().field("te")).isNull();
        }
    }

    @WireTest
    void sendsNoBodyAfterHeadAnd204And304(Wire wire) {
        try (var origin =
                        RawServer.answering(request ->
                                switch (request.path()) {
                                    case "/204" -> "HTTP/1.1 204 No Content\r\n\r\n";
                                    case "/304" ->
                                            "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\nETag: \"x\"\r\n\r\n";
                                    default -> "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n";
                                });
                var edge = Edge.start(wire, origin.route());
                var client = edge.connect()) {
            Response head = client.ask("HEAD /head HTTP/1.1\r\nHost: a.example\r\n\r\n");
            Response none = client.ask(get("/204"));
            Response same = client.ask(get("/304"));
            Response chunkedHead = client.ask("HEAD /head HTTP/1.1\r\nHost: a.example\r\n\r\n");

            assertThat(head.field("content-length")).isEqualTo("7");
            assertThat(none.status()).isEqualTo(204);
            assertThat(none.field("content-length")).isNull();
            assertThat(none.field("transfer-encoding")).isNull();
            assertThat(same.field("content-length")).isEqualTo("7");
            assertThat(chunkedHead.status()).isEqualTo(200);
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @WireTest
    void endsBodyWithConnectionOnlyForWhoKnowsNoChunks(Wire wire) {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.read();
                            connection.send("HTTP/1.1 200 OK\r\n\r\nuntil the end");
                        });
                var edge = Edge.start(wire, origin.route())) {
            Response modern = edge.ask(get("/"));
            Response old = edge.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

            assertThat(modern.field("transfer-encoding")).isEqualTo("chunked");
            assertThat(modern.text()).isEqualTo("until the end");
            assertThat(old.field("transfer-encoding")).isNull();
            assertThat(old.field("connection")).isEqualTo("close");
            assertThat(old.text()).isEqualTo("until the end");
        }
    }

    @WireTest
    void servesHttp10(Wire wire) {
        try (var origin = RawServer.answering(request -> ok("hello"));
                var edge = Edge.start(wire, origin.route());
                var kept = edge.connect();
                var closed = edge.connect()) {
            Response first =
                    kept.ask("GET / HTTP/1.0\r\nHost: a.example\r\nConnection: Keep-Alive\r\n\r\n");
            Response second = kept.ask("GET / HTTP/1.0\r\nHost: a.example\r\n\r\n");
            Response once = closed.ask("GET / HTTP/1.0\r\n\r\n");

            assertThat(first.field("connection")).isEqualTo("keep-alive");
            assertThat(second.field("connection")).isEqualTo("close");
            assertThat(kept.isEnded()).isTrue();
            assertThat(once.text()).isEqualTo("hello");
            assertThat(closed.isEnded()).isTrue();
            assertThat(origin.requests()).allMatch(request -> request.line().endsWith("HTTP/1.1"));
            assertThat(origin.lastRequest().field("host")).isEqualTo(origin.address());
            assertThat(origin.lastRequest().field("via")).isEqualTo("1.0 sallyport");
        }
    }

    @WireTest
    void endsConnectionWhenClientAsks(Wire wire) {
        try (var origin = RawServer.answering(request -> ok("x".repeat(100_000)));
                var edge = Edge.start(wire, origin.route());
                var client = edge.connect()) {
            client.send(
                    "GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n"
                            + get("/smuggled"));
            Response response = client.read();

            assertThat(response.field("connection")).isEqualTo("close");
            assertThat(response.body()).hasSize(100_000);
            assertThat(client.isEnded()).isTrue();
            assertThat(origin.requestCount()).isEqualTo(1);
            assertThat(edge.ask(get("/")).status()).isEqualTo(200);
            assertThat(origin.connections()).isLessThanOrEqualTo(2);
        }
    }

    @WireTest
    void canonicalisesLengthAndRechunksNothing(Wire wire) {
        try (var origin = RawServer.answering(request -> ok(request.text()));
                var edge = Edge.start(wire, origin.route())) {
            Response response =
                    edge.ask(
                            "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0005\r\n\r\nabcde");

            assertThat(response.text()).isEqualTo("abcde");
            assertThat(origin.lastRequest().field("content-length")).isEqualTo("5");
        }
    }

    @WireTest
    void invitesBodyThatWaitsAndNoOther(Wire wire) {
        try (var origin = RawServer.answering(request -> ok(request.text()));
                var edge = Edge.start(wire, origin.route());
                var client = edge.connect()) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(100);
            assertThat(client.ask("hi").text()).isEqualTo("hi");
            assertThat(origin.lastRequest().field("expect")).isNull();

            Response sentAtOnce =
                    client.ask(
                            "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nho");
            int status = sentAtOnce.status() == 100 ? client.read().status() : sentAtOnce.status();
            assertThat(status).isEqualTo(200);
            assertThat(client.ask(post("/", "unasked")).text()).isEqualTo("unasked");
            assertThat(
                            client.ask(
                                            "GET / HTTP/1.1\r\nHost: a.example\r\nExpect: 100-continue\r\n\r\n")
                                    .status())
                    .isEqualTo(200);
        }
    }

    @WireTest
    void refusesWaitingBodyWithoutInvitingIt(Wire wire) {
        try (var origin = RawServer.answering(request -> ok("x"));
                var edge =
                        Edge.start(
                                wire,
                                "routes:\n  no: {host: a.example, respond: 403}\n"
                                        + "  all: {forward: app}\n"
                                        + origin.upstream(""));
                var client = edge.connect()) {
            Response response =
                    client.ask(
                            "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n");

            assertThat(response.status()).isEqualTo(403);
            assertThat(response.field("connection")).isEqualTo("close");
            assertThat(origin.bytes()).isZero();
        }
    }

    @WireTest
    void relaysInterimResponsesButNot100(Wire wire) {
        try (var origin =
                        RawServer.answering(request ->
                                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink:"
                                        + " </a.css>\r\nConnection: x-hop\r\nX-Hop: 1\r\n\r\n"
                                        + ok("done"));
                var edge = Edge.start(wire, origin.route());
                var client = edge.connect()) {
            Response hints = client.ask(get("/"));
            Response last = client.read();
            Response old = client.ask("GET / HTTP/1.0\r\nHost: a.example\r\n\r\n");

            assertThat(hints.status()).isEqualTo(103);
            assertThat(hints.field("link")).isEqualTo("</a.css>");
            assertThat(hints.field("x-hop")).isNull();
            assertThat(last.text()).isEqualTo("done");
            assertThat(old.status()).isEqualTo(200);
        }
    }

    @TransportTest
    void endsFloodOfInterimResponses(Wire wire) {
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.read();
                            while (true) {
                                connection.send("HTTP/1.1 102 Processing\r\n\r\n");
                            }
                        });
                var edge = Edge.start(wire, origin.route());
                var client = edge.connect()) {
            Response response = client.ask(get("/"));
            int interims = 0;
            while (response.status() == 102) {
                interims++;
                response = client.read();
            }

            assertThat(response.status()).isEqualTo(502);
            assertThat(interims).isLessThanOrEqualTo(16);
            Await.equal(0, origin::openConnections);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nextra",
                "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nextra",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
            })
    void reusesNoConnectionThatSaidTooMuch(String answer) {
        try (var origin = RawServer.answering(request -> answer);
                var edge = Edge.start(Wire.EPOLL, 1, origin.route());
                var client = edge.connect()) {
            for (int i = 1; i <= 3; i++) {
                Response response = client.ask(get("/" + i));
                assertThat(response.text()).isIn("ok", "");
                assertThat(origin.connections()).isEqualTo(i);
            }
        }
    }

    @Test
    void takesChunksButNoTrailersWhereNoneAreAllowed() {
        String chunks =
                "POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n";
        try (var origin = RawServer.answering(request -> ok("taken"));
                var edge = Edge.start(Wire.EPOLL, origin.route() + "limits: {trailers: 0B}\n")) {
            assertThat(edge.ask(chunks + "\r\n").text()).isEqualTo("taken");
            assertThat(edge.ask(chunks + "X: y\r\n\r\n").status()).isEqualTo(431);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nGET"
            })
    void refusesSwitchNobodyAskedFor(String answer) {
        try (var origin = RawServer.answering(request -> answer);
                var edge = Edge.start(Wire.EPOLL, origin.route());
                var client = edge.connect()) {
            assertThat(client.ask(get("/")).status()).isEqualTo(502);
            assertThat(client.ask(get("/")).status()).isEqualTo(502);
            assertThat(Objects.requireNonNull(origin.lastRequest()).field("upgrade")).isNull();
        }
    }
}
