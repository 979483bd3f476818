package dev.sallyport.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.KeyKind;
import dev.sallyport.acme.issue.CaException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Authorities that answer anything but what they should. */
@Timeout(60)
final class TransportTest {
    @TempDir private Path folder;
    private HttpsServer server;
    private Acme4jAuthorities authorities;
    private Authority authority;
    private final CountDownLatch over = new CountDownLatch(1);

    @BeforeEach
    void start() throws Exception {
        var ca = InternalCa.create(Clock.systemUTC(), new SecureRandom());
        var own = ca.issue(java.util.List.of("127.0.0.1"));
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("key", own.key(), new char[0], own.chain().toArray(Certificate[]::new));
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        authorities = new Acme4jAuthorities(Clock.systemUTC(), Duration.ofSeconds(3));
        var trusted = Files.writeString(folder.resolve("ca.pem"), ca.rootPem());
        authority =
                new Authority(
                        "test",
                        URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/dir"),
                        null,
                        null,
                        trusted,
                        null,
                        null);
    }

    @AfterEach
    void stop() {
        over.countDown();
        authorities.close();
        server.stop(0);
    }

    private CaException failure(HttpHandler handler) {
        server.createContext("/", handler);
        try {
            throw new AssertionError(authorities.connect(authority).terms());
        } catch (CaException e) {
            return e;
        }
    }

    private static void answer(HttpExchange exchange, int status, String type, String body)
            throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", type);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Test
    void keepsWhenToComeAgainOfAPageInPlaceOfAnAnswer() {
        var failure =
                failure(exchange -> {
                    exchange.getResponseHeaders().set("retry-after", "120");
                    answer(exchange, 503, "text/html", "<h1>busy</h1>");
                });

        assertThat(failure.kind()).isEqualTo(Kind.NETWORK);
        assertThat(failure).hasMessageContaining("HTTP 503");
        assertThat(failure.retryAfter()).isAfter(Instant.now().plusSeconds(60));
    }

    @Test
    void readsADateByItsDifferenceToTheServersClock() {
        var failure =
                failure(exchange -> {
                    exchange.getResponseHeaders().set("date", "Sun, 01 Nov 2020 10:00:00 GMT");
                    exchange.getResponseHeaders()
                            .set("retry-after", "Sun, 01 Nov 2020 10:10:00 GMT");
                    answer(exchange, 503, "text/plain", "busy");
                });

        // The server of the JDK sets its own date; either way it is not years ago or ahead.
        var wish = failure.retryAfter();
        assertThat(wish == null || wish.isBefore(Instant.now().plusSeconds(3600))).isTrue();
    }

    @Test
    void refusesAPageThatClaimsToBeWell() {
        var failure = failure(exchange -> answer(exchange, 200, "text/html", "<h1>hello</h1>"));

        assertThat(failure.kind()).isEqualTo(Kind.NETWORK);
    }

    @Test
    void refusesWhatIsNoJson() {
        var failure = failure(exchange -> answer(exchange, 200, "application/json", "{\"meta\": "));

        assertThat(failure.kind()).isEqualTo(Kind.NETWORK);
    }

    @Test
    void endsAnAnswerWithoutEnd() {
        var failure =
                failure(exchange ->
                        answer(
                                exchange,
                                200,
                                "application/json",
                                "{\"meta\": {\"profiles\": {\"x\": \""
                                        + "x".repeat(600_000)
                                        + "\"}}}"));

        assertThat(failure.kind()).isEqualTo(Kind.NETWORK);
    }

    @Test
    void endsAnAnswerThatStandsStillAfterItsHead() {
        var failure =
                failure(exchange -> {
                    exchange.getResponseHeaders().set("content-type", "application/json");
                    exchange.sendResponseHeaders(200, 100);
                    exchange.getResponseBody().write('{');
                    exchange.getResponseBody().flush();
                    try {
                        over.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });

        assertThat(failure.kind()).isEqualTo(Kind.NETWORK);
        assertThat(failure).hasMessageContaining("no whole answer within 3 s");
    }

    @Test
    void fetchesTheDirectoryOnceForManyQuestions() throws CaException {
        var fetched = new AtomicInteger();
        server.createContext(
                "/dir",
                exchange -> {
                    fetched.incrementAndGet();
                    exchange.getResponseHeaders().set("cache-control", "no-cache");
                    answer(
                            exchange,
                            200,
                            "application/json",
                            "{\"meta\": {\"profiles\": {\"shortlived\": \"x\"}}}");
                });

        for (int i = 0; i < 20; i++) {
            assertThat(authorities.connect(authority).terms().profiles())
                    .containsExactly("shortlived");
        }

        assertThat(fetched.get()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "403, userActionRequired, HUMAN",
        "400, externalAccountRequired, HUMAN",
        "400, rejectedIdentifier, HUMAN",
        "400, accountDoesNotExist, ACCOUNT",
        "403, unauthorized, VALIDATION",
        "403, caa, VALIDATION",
        "400, dns, VALIDATION",
        "409, alreadyReplaced, ORDER",
        "429, rateLimited, RATE_LIMITED",
        "500, serverInternal, NETWORK"
    })
    void knowsWhatAProblemCallsFor(int status, String problem, Kind kind) throws Exception {
        var root = "https://127.0.0.1:" + server.getAddress().getPort();
        server.createContext(
                "/dir",
                exchange ->
                        answer(
                                exchange,
                                200,
                                "application/json",
                                """
                                {"newNonce": "%s/nonce", "newAccount": "%s/account", "meta":
                                 {"termsOfService": "https://ca.example/terms"}}
                                """
                                        .formatted(root, root)));
        server.createContext(
                "/",
                exchange -> {
                    exchange.getResponseHeaders().set("replay-nonce", "bm9uY2U");
                    answer(
                            exchange,
                            exchange.getRequestURI().getPath().equals("/nonce") ? 200 : status,
                            "application/problem+json",
                            """
                            {"type": "urn:ietf:params:acme:error:%s", "detail": "the reason"}
                            """
                                    .formatted(problem));
                });
        var key = KeyKind.P256.generate(new SecureRandom());

        assertThatThrownBy(() -> authorities.connect(authority).openAccount(key))
                .hasMessageContaining(problem + ": the reason")
                .extracting(failure -> ((CaException) failure).kind())
                .isEqualTo(kind);
    }

    @Test
    void tellsThatNobodyListens() {
        server.stop(0);
        try {
            throw new AssertionError(authorities.connect(authority).terms());
        } catch (CaException e) {
            assertThat(e.kind()).isEqualTo(Kind.NETWORK);
            assertThat(e.getMessage()).contains("127.0.0.1");
        }
    }
}
