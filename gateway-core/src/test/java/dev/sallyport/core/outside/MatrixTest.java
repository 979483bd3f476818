package dev.sallyport.core.outside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.outside.Dialect.Ask;
import dev.sallyport.core.outside.Dialect.Origin;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One behaviour on every wire: whichever way a client speaks HTTP and whichever way its origin
 * does, the same request is understood, bounded, filtered, answered and recorded alike.
 */
@ExtendWith(CleanLogs.class)
@ParameterizedClass
@MethodSource("wires")
class MatrixTest {
    @Parameter(0)
    Dialect dialect = Dialect.H1;

    @Parameter(1)
    Origin speaks = Origin.HTTP1;

    private TwinOrigin origin;
    private Edge edge;

    static Stream<Arguments> wires() {
        return Arrays.stream(Dialect.values())
                .flatMap(dialect ->
                        Arrays.stream(Origin.values())
                                .map(origin -> Arguments.of(dialect, origin)));
    }

    @BeforeEach
    void start() throws Exception {
        origin = TwinOrigin.start(speaks);
        String routes =
                """
                routes:
                  all: {forward: app}
                  small: {path-prefix: /small, filters: [body-size: 10B], forward: app}
                  limited: {path-prefix: /limited, filters: [rate-limit: {rate: 1/h, burst: 1}], forward: app}
                  closed: {path-prefix: /closed, filters: [address: {deny: [127.0.0.0/8]}], forward: app}
                  moved: {path-prefix: /moved, redirect: "https://b.example"}
                  said: {path-prefix: /said, respond: {status: 200, body: "said"}}
                  down: {path-prefix: /down, forward: "127.0.0.1:1"}
                limits: {request-head: 4KiB, request-fields: 50, progress-timeout: 1s}
                upstreams:
                  app: {endpoints: ["127.0.0.1:%d"], protocol: %s}
                """
                        .formatted(origin.port(), speaks.word());
        edge = Edge.start(dialect.wire(), 1, routes);
    }

    @AfterEach
    void stop() throws Exception {
        edge.close();
        origin.close();
    }

    private Dialect.Reply ask(String method, String path, String... fields) {
        return dialect.ask(edge, Ask.of(method, path, fields));
    }

    @Test
    void requestArrivesRebuilt() {
        var reply = ask("GET", "/echo/%41?x=1", "x-forwarded-for: 6.6.6.6", "x-own: kept");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.field("via")).isEqualTo(speaks.version() + " sallyport");
        var seen = origin.seen().getFirst();
        assertThat(seen.method()).isEqualTo("GET");
        assertThat(seen.path()).isEqualTo("/echo/A?x=1");
        assertThat(seen.fields())
                .containsEntry("x-forwarded-for", "127.0.0.1")
                .containsEntry("x-forwarded-proto", dialect.wire().isTls() ? "https" : "http")
                .containsEntry("x-own", "kept");
        assertThat(seen.fields().getOrDefault("host", seen.fields().get(":authority")))
                .isEqualTo("a.example");
        var line = edge.records().await(record -> true);
        assertThat(line.protocol()).isEqualTo(dialect.protocol());
        assertThat(line.path()).isEqualTo("/echo/A");
        assertThat(line.route()).isEqualTo("all");
    }

    @Test
    void bodiesGoBothWays() {
        for (boolean isLengthTold : List.of(true, false)) {
            var reply = dialect.ask(edge, Ask.of("POST", "/echo").body("a body", isLengthTold));

            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.text()).isEqualTo("a body");
        }
        assertThat(ask("GET", "/pieces").text()).isEqualTo("onetwo");
        edge.records().awaitCount(3);
        assertThat(edge.records().bytesIn()).isEqualTo(12);
        assertThat(edge.records().bytesOut()).isEqualTo(18);
    }

    @Test
    void responsesWithoutBodyHaveNone() {
        var head = ask("HEAD", "/echo");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.field("content-length")).isEqualTo("1234");
        assertThat(head.text()).isEmpty();

        var empty = ask("GET", "/empty");
        assertThat(empty.status()).isEqualTo(204);
        assertThat(empty.field("content-length")).isNull();

        var cached = ask("GET", "/cached");
        assertThat(cached.status()).isEqualTo(304);
        assertThat(cached.field("etag")).isEqualTo("\"1\"");
    }

    @Test
    void interimResponsesAndTrailersPass() {
        var hints = ask("GET", "/hints");
        assertThat(hints.interims()).containsExactly(103);
        assertThat(hints.status()).isEqualTo(200);

        var trailers = ask("GET", "/trailers", "te: trailers");
        assertThat(trailers.text()).isEqualTo("x");
        assertThat(trailers.trailers()).containsExactly("x-sum: 1");
    }

    @Test
    void actionsAnswerInPlaceOfTheOrigin() {
        assertThat(ask("GET", "/said").text()).isEqualTo("said");
        var moved = ask("GET", "/moved/x?y");
        assertThat(moved.status()).isEqualTo(308);
        assertThat(moved.field("location")).startsWith("https://b.example");
        assertThat(origin.seen()).isEmpty();
    }

    @Test
    void filtersHold() {
        var refused = ask("GET", "/closed");
        assertThat(refused.status()).isEqualTo(403);

        assertThat(ask("GET", "/limited").status()).isEqualTo(200);
        var limited = ask("GET", "/limited");
        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.field("retry-after")).isNotNull();

        for (boolean isLengthTold : List.of(true, false)) {
            var large =
                    dialect.ask(edge, Ask.of("POST", "/small").body("more than ten", isLengthTold));
            assertThat(large.status()).isEqualTo(413);
        }
    }

    @Test
    void headsAreBounded() {
        assertThat(ask("GET", "/echo", "x-long: " + "a".repeat(6_000)).status()).isEqualTo(431);
        String[] many = new String[60];
        Arrays.setAll(many, i -> "x-" + i + ": 1");
        assertThat(ask("GET", "/echo", many).status()).isEqualTo(431);
        assertThat(origin.seen()).isEmpty();
    }

    @Test
    void ambiguousRequestsGoNowhere() {
        for (String path : List.of("/a%00b", "/a%2fb", "/a%5cb", "/../x", "/%zz", "/a#b")) {
            assertThat(ask("GET", path).status()).as(path).isEqualTo(400);
        }
        assertThat(ask("GET", "/echo", "x_alias: 1").status()).isEqualTo(400);
        assertThat(ask("TRACE", "/echo").status()).isEqualTo(405);
        assertThat(origin.seen()).isEmpty();
    }

    @Test
    void originsThatFailAreNotTheClientsFault() {
        var down = ask("GET", "/down");
        assertThat(down.status()).isIn(502, 503);

        assertThat(ask("GET", "/bad").status()).isEqualTo(502);
        assertThat(ask("GET", "/cut").isComplete()).isFalse();
    }

    @Test
    void bodyThatNeverComesIsNotWaitedFor() {
        var reply = dialect.ask(edge, Ask.of("POST", "/echo").silent());

        assertThat(reply.status()).isEqualTo(408);
        assertThat(edge.records().await(record -> true).reason()).isEqualTo("request-timeout");
    }
}
