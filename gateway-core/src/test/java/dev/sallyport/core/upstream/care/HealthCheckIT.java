package dev.sallyport.core.upstream.care;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import dev.sallyport.config.model.Upstream;
import dev.sallyport.core.tls.TlsEngine;
import dev.sallyport.core.tls.UpstreamTls;
import dev.sallyport.core.upstream.Endpoint;
import dev.sallyport.core.upstream.HttpUpstream;
import dev.sallyport.core.upstream.RawBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthCheckIT {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(200);

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 200 OK, ",
        "HTTP/1.0 302 Found, ",
        "HTTP/1.1 399, ",
        "HTTP/1.1 404 Not Found, status 404",
        "HTTP/1.1 503 Busy, status 503",
        "HTTP/2.0 200 OK, no HTTP answer",
        "HTTP/1.1 2000 OK, no HTTP answer",
        "HTTP/1.1 2x0 OK, no HTTP answer",
        "220 smtp.test ESMTP, no HTTP answer",
    })
    void statusDecides(String line, @Nullable String problem) throws Exception {
        try (var backend = answering(line + "\r\n\r\n")) {
            assertThat(check(backend, false, LONG)).isEqualTo(problem);
        }
    }

    @Test
    void interimAnswersAreSkippedAndBounded() throws Exception {
        String interim = "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n";
        try (var few = answering(interim + "HTTP/1.1 200 OK\r\n\r\n");
                var many = answering(interim.repeat(100))) {
            assertThat(check(few, false, LONG)).isNull();
            assertThat(check(many, false, LONG)).startsWith("more than 16 interim");
        }
    }

    @Test
    void asksForThePathAndClosesAfter() throws Exception {
        var asked = new AtomicReference<>("");
        try (var backend =
                RawBackend.start(connection -> {
                    asked.set(connection.requireHead());
                    connection.send("HTTP/1.1 200 OK\r\n\r\n");
                })) {
            check(backend, false, LONG);

            assertThat(asked.get())
                    .startsWith("GET /healthz?x=1 HTTP/1.1|host: 127.0.0.1:" + backend.port() + "|")
                    .contains("|connection: close|");
        }
    }

    @Test
    void answerThatDripsOrNeverComesIsLate() throws Exception {
        try (var silent = RawBackend.start(connection -> connection.in().readLine());
                var held = RawBackend.start(connection -> readOn(connection))) {
            assertThat(check(held, false, SHORT)).isEqualTo("timeout");
            assertThat(check(silent, false, LONG)).isNotNull();
        }
    }

    @Test
    void connectingIsEnoughWhereOnlyThatIsAsked() throws Exception {
        try (var backend = RawBackend.start(RawBackend.Connection::head)) {
            assertThat(check(backend, true, LONG)).isNull();
        }
        // Bound, so that nobody else gets the port, but without a listener.
        try (var bound = new Socket()) {
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String address = "127.0.0.1:" + bound.getLocalPort();
            assertThat(check(address, null, true, LONG)).isEqualTo("connect refused");
        }
    }

    @Test
    void tlsIsVerifiedLikeRequests() throws Exception {
        InternalCa ca = InternalCa.create(Clock.systemUTC(), new SecureRandom());
        Path file = Files.writeString(folder.resolve("ca.pem"), ca.rootPem());
        try (var good = RawBackend.start(ca.issue(List.of("127.0.0.1")), RawBackend.answering(""));
                var wrong =
                        RawBackend.start(ca.issue(List.of("app.test")), RawBackend.answering(""))) {
            assertThat(check("https://127.0.0.1:" + good.port(), file, false, LONG)).isNull();
            assertThat(check("https://127.0.0.1:" + wrong.port(), file, false, LONG))
                    .startsWith("tls: ");
            assertThat(check("https://127.0.0.1:" + good.port(), null, false, LONG))
                    .startsWith("tls: ");
            assertThat(good.requests()).isEqualTo(1);
            assertThat(wrong.requests()).isZero();
        }
    }

    @Test
    void handshakeThatHangsIsLate() throws Exception {
        InternalCa ca = InternalCa.create(Clock.systemUTC(), new SecureRandom());
        Path file = Files.writeString(folder.resolve("ca.pem"), ca.rootPem());
        try (var backend = RawBackend.start(HealthCheckIT::readOn)) {
            assertThat(check("https://127.0.0.1:" + backend.port(), file, false, SHORT))
                    .isEqualTo("timeout");
        }
    }

    @Test
    void unixSocketIsChecked() throws Exception {
        Path path = folder.resolve("s");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            Thread.ofVirtual().start(() -> answerOnce(server));
            assertThat(check("unix:" + path, null, false, LONG)).isNull();
            assertThat(check("unix:" + path, null, false, SHORT)).isEqualTo("timeout");
        }
        assertThat(check("unix:" + path, null, false, LONG)).isNotNull();
    }

    private static void answerOnce(ServerSocketChannel server) {
        try (var channel = server.accept()) {
            channel.read(ByteBuffer.allocate(1000));
            channel.write(ByteBuffer.wrap("HTTP/1.1 204 X\r\n\r\n".getBytes(US_ASCII)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void readOn(RawBackend.Connection connection) throws IOException {
        while (connection.socket().getInputStream().read() >= 0) {
            // until the edge gives up
        }
    }

    private static RawBackend answering(String text) throws Exception {
        return RawBackend.start(connection -> {
            connection.head();
            connection.send(text);
            connection.head();
        });
    }

    private static @Nullable String check(RawBackend backend, boolean tcp, Duration timeout) {
        return check("127.0.0.1:" + backend.port(), null, tcp, timeout);
    }

    private static @Nullable String check(
            String address, @Nullable Path caFile, boolean tcp, Duration timeout) {
        Upstream.Health health = Settings.health(tcp, timeout);
        Upstream settings = Settings.upstream(caFile, health, List.of(), address);
        HttpUpstream live = Settings.live();
        new EndpointSet(live, settings.endpoints(), UnixDomainSocketAddress::of, newcomer -> {});
        Endpoint endpoint = live.endpoints().getFirst();
        try (UpstreamTls tls =
                UpstreamTls.create(
                        new UpstreamTls.Settings(
                                null, caFile, true, List.of("http/1.1"), Duration.ofSeconds(10)),
                        TlsEngine.NATIVE)) {
            return new HealthCheck(
                            health, settings.protocol(), CheckTls.create(settings, tls::context))
                    .run(endpoint);
        } catch (UnusableCertificateException e) {
            throw new IllegalStateException(e);
        }
    }
}
