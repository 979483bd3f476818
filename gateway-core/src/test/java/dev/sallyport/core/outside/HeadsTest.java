package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawClient.get;
import static dev.sallyport.core.outside.RawServer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.MalformedCorpus;
import dev.sallyport.core.support.MalformedCorpus.Accepted;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpUtil;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each side gets to see of the other's head. */
@ExtendWith(CleanLogs.class)
final class HeadsTest {
    private static final String[] CLAIMS = {
        "X-Forwarded-For: 6.6.6.6",
        "x-forwarded-FOR: 6.6.6.7",
        "X-Forwarded-Proto: gopher",
        "X-Forwarded-Host: evil.example",
        "X-Forwarded-Port: 99999",
        "X-Forwarded-Prefix: /evil",
        "X-Forwarded-Server: evil",
        "X-Forwarded-Tls-Client-Cert: evil",
        "Forwarded: for=6.6.6.6;host=evil.example",
        "X-Real-IP: 6.6.6.6",
        "X-REAL-ip: 6.6.6.8",
        "X-Client-IP: 6.6.6.6",
        "X-Original-URL: /evil",
        "X-Rewrite-URL: /evil",
        "Proxy: http://evil.example",
    };

    @WireTest
    void replacesEveryClaimOfUntrustedPeer(Wire wire) {
        try (var origin = RawServer.answering(request -> ok("x"));
                var edge = Edge.start(wire, origin.route())) {
            edge.ask(
                    "GET / HTTP/1.1\r\nHost: a.example:1234\r\n"
                            + String.join("\r\n", CLAIMS)
                            + "\r\n\r\n");

            var seen = origin.lastRequest();
            String scheme = wire.isTls() ? "https" : "http";
            assertThat(seen.head())
                    .doesNotContainIgnoringCase("evil")
                    .doesNotContain("6.6.6", "99999", "gopher");
            assertThat(seen.fields("x-forwarded-for")).containsExactly("127.0.0.1");
            assertThat(seen.fields("x-forwarded-proto")).containsExactly(scheme);
            assertThat(seen.fields("x-forwarded-host")).containsExactly("a.example:1234");
            assertThat(seen.fields("x-forwarded-port"))
                    .containsExactly(String.valueOf(edge.port()));
            assertThat(seen.fields("x-real-ip")).containsExactly("127.0.0.1");
            assertThat(seen.fields("forwarded"))
                    .containsExactly("for=127.0.0.1;host=\"a.example:1234\";proto=" + scheme);
            assertThat(seen.fields("via")).containsExactly("1.1 sallyport");
            assertThat(seen.fields("host")).containsExactly("a.example:1234");
        }
    }

    @Test
    void believesTrustedProxyAndExtendsItsLists() {
        try (var origin = RawServer.answering(request -> ok("x"));
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                origin.route() + "trusted-proxies: [127.0.0.0/8, 10.0.0.0/8]\n")) {
            edge.ask(
                    "GET / HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-For: 6.6.6.6, 5.5.5.5\r\nX-Forwarded-For:"
                            + " 10.1.1.1\r\nX-Forwarded-Proto: https\r\nForwarded: for=5.5.5.5\r\n\r\n");

            var seen = origin.lastRequest();
            assertThat(seen.fields("x-forwarded-for"))
                    .containsExactly("6.6.6.6, 5.5.5.5, 10.1.1.1, 127.0.0.1");
            assertThat(seen.fields("x-forwarded-proto")).containsExactly("https");
            assertThat(seen.fields("forwarded").getFirst()).isEqualTo("for=5.5.5.5");
            assertThat(seen.fields("x-real-ip")).containsExactly("5.5.5.5");
            assertThat(edge.records().await(line -> true).client()).isEqualTo("5.5.5.5");
        }
    }

    /** A proxy that knows nothing of the field passes on what its client claims. */
    @ParameterizedTest
    @CsvSource({
        "X-Forwarded-For: 5.5.5.5, 5.5.5.5",
        "X-Forwarded-Proto: https, 6.6.6.6",
    })
    void tellsOneClientInEveryField(String other, String real) {
        try (var origin = RawServer.answering(request -> ok("x"));
                var edge =
                        Edge.start(
                                Wire.EPOLL, origin.route() + "trusted-proxies: [127.0.0.0/8]\n")) {
            edge.ask(
                    "GET / HTTP/1.1\r\nHost: a.example\r\nX-Real-IP: 6.6.6.6\r\n"
                            + other
                            + "\r\n\r\n");

            assertThat(origin.lastRequest().fields("x-real-ip")).containsExactly(real);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X_Forwarded_For", "X-Forwarded_For", "x_real_ip", "X_Request_Id"})
    void refusesNamesThatLookLikeOthers(String name) {
        try (var origin = RawServer.answering(request -> ok("x"));
                var edge = Edge.start(Wire.NIO, origin.route())) {
            Response response =
                    edge.ask("GET / HTTP/1.1\r\nHost: a.example\r\n" + name + ": 1\r\n\r\n");

            assertThat(response.status()).isEqualTo(400);
            assertThat(origin.bytes()).isZero();
        }
    }

    @TransportTest
    void tellsWhichMethodsThereAreInPlaceOfThoseItRefuses(Wire wire) {
        try (var origin = RawServer.answering(request -> ok("x"));
                var edge = Edge.start(wire, origin.route())) {
            for (String line : new String[] {"TRACE /", "CONNECT a.example:80"}) {
                Response answer = edge.ask(line + " HTTP/1.1\r\nHost: a.example\r\n\r\n");

                assertThat(answer.status()).isEqualTo(405);
                // RFC 9110 15.5.6
                assertThat(answer.field("allow"))
                        .isEqualTo("GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH");
            }
        }
    }

    /** RFC 8470 5.1: whoever passed the request on knew that it may be a replay. */
    @Test
    void keepsTheMarkOfEarlyData() {
        try (var origin = RawServer.answering(request -> ok("x"));
                var edge = Edge.start(Wire.EPOLL, origin.route())) {
            edge.ask("GET / HTTP/1.1\r\nHost: a.example\r\nEarly-Data: 1\r\nEarly-Data: x\r\n\r\n");

            assertThat(origin.lastRequest().fields("early-data")).containsExactly("1");
        }
    }

    /** RFC 9110 7.6.2. */
    @Test
    void countsTheHopsThatAreLeftForOptions() {
        try (var origin = RawServer.answering(request -> ok("x"));
                var edge = Edge.start(Wire.EPOLL, origin.route())) {
            String head = " / HTTP/1.1\r\nHost: a.example\r\nMax-Forwards: ";
            edge.ask("OPTIONS" + head + "10\r\n\r\n");
            assertThat(origin.lastRequest().fields("max-forwards")).containsExactly("9");
            edge.ask("OPTIONS" + head + "9999999999999\r\n\r\n");
            assertThat(origin.lastRequest().fields("max-forwards")).containsExactly("999");
            edge.ask("OPTIONS" + head + "soon\r\n\r\n");
            assertThat(origin.lastRequest().fields("max-forwards")).containsExactly("soon");
            edge.ask("GET" + head + "0\r\n\r\n");
            assertThat(origin.lastRequest().fields("max-forwards")).containsExactly("0");

            var before = origin.lastRequest();
            var answer = edge.ask("OPTIONS" + head + "00\r\n\r\n");

            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.field("allow")).contains("GET", "OPTIONS");
            assertThat(origin.lastRequest()).isSameAs(before);
        }
    }

    @TransportTest
    void stripsHopByHopFieldsBothWays(Wire wire) {
        try (var origin =
                        RawServer.answering(request ->
                                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: x-own, keep-alive\r\nX-Own: 1\r\n"
                                        + "Keep-Alive: timeout=5\r\nProxy-Authenticate: Basic\r\nX-End: kept\r\n\r\nx");
                var edge = Edge.start(wire, origin.route())) {
            Response response =
                    edge.ask(
                            "GET / HTTP/1.1\r\nHost: a.example\r\nConnection: X-Mine, keep-alive\r\nX-Mine: 1\r\n"
                                    + "Keep-Alive: 5\r\nProxy-Connection: keep-alive\r\nProxy-Authorization: Basic x\r\n"
                                    + "TE: gzip\r\nTrailer: x\r\nX-End: kept\r\nAuthorization: Bearer t\r\n\r\n");

            assertThat(response.head().toLowerCase(java.util.Locale.ROOT))
                    .doesNotContain("x-own", "keep-alive", "proxy-authenticate");
            assertThat(response.field("x-end")).isEqualTo("kept");
            assertThat(response.field("via")).isEqualTo("1.1 sallyport");
            assertThat(response.field("date")).endsWith("GMT");
            assertThat(origin.lastRequest().head().toLowerCase(java.util.Locale.ROOT))
                    .doesNotContain(
                            "x-mine", "keep-alive", "proxy-", "\r\nte:", "trailer", "connection");
            assertThat(origin.lastRequest().field("x-end")).isEqualTo("kept");
            assertThat(origin.lastRequest().field("authorization")).isEqualTo("Bearer t");
        }
    }

    @Test
    void givesRequestIdOfItsOwnAndShowsItOnItsPages() {
        try (var origin = RawServer.answering(request -> ok("x"));
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                "routes:\n  no: {path: /no, respond: 404}\n  all: {forward: app}\n"
                                        + origin.upstream(""))) {
            edge.ask("GET / HTTP/1.1\r\nHost: a.example\r\nX-Request-Id: mine\r\n\r\n");
            Response page = edge.ask(get("/no"));

            assertThat(origin.lastRequest().fields("x-request-id")).hasSize(1);
            assertThat(origin.lastRequest().field("x-request-id")).matches("[0-9a-f]{16}");
            assertThat(page.field("x-request-id")).matches("[0-9a-f]{16}");
            assertThat(page.text()).contains(page.field("x-request-id"));
        }
    }

    /** What reaches an origin must mean the same to another parser (a second opinion: Netty's). */
    @Test
    void sendsOnlyHeadsThatAnotherParserReadsTheSame() {
        var soft = new SoftAssertions();
        try (var origin = RawServer.answering(request -> ok(request.text()));
                var edge = Edge.start(Wire.EPOLL, origin.route())) {
            int reached = 0;
            for (Accepted item : MalformedCorpus.acceptedRequests()) {
                try (var client = edge.connect()) {
                    client.trySend(item.bytes());
                    boolean isWhole =
                            Await.reached(
                                    java.time.Duration.ofMillis(150), hasMore(origin, reached));
                    if (isWhole) {
                        reached++;
                        assertSameToNetty(origin.requests().get(reached - 1), item, soft);
                    }
                }
            }
            soft.assertThat(reached).isGreaterThan(80);
        }
        soft.assertAll();
    }

    private static java.util.function.BooleanSupplier hasMore(RawServer origin, int reached) {
        return () -> origin.requestCount() > reached && origin.requests().size() > reached;
    }

    private static void assertSameToNetty(
            RawServer.Request seen, Accepted item, SoftAssertions soft) {
        var netty = new EmbeddedChannel(new HttpRequestDecoder(20_000, 40_000, 8_192));
        netty.writeInbound(
                Unpooled.copiedBuffer(seen.head() + "\r\n", StandardCharsets.ISO_8859_1));
        HttpRequest request = netty.readInbound();
        soft.assertThat(request.decoderResult().isSuccess()).as(item.name()).isTrue();
        soft.assertThat(request.uri()).as(item.name()).isEqualTo(seen.path());
        soft.assertThat(request.headers().getAll("host")).as(item.name()).hasSize(1);
        soft.assertThat(HttpUtil.getContentLength(request, 0L))
                .as(item.name())
                .isIn(0L, (long) seen.body().length);
        netty.finishAndReleaseAll();
    }
}
