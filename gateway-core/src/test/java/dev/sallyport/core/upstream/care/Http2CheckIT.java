package dev.sallyport.core.upstream.care;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.Upstream.Protocol;
import dev.sallyport.config.model.value.StatusRange;
import dev.sallyport.core.upstream.Endpoint;
import dev.sallyport.core.upstream.FrameServer;
import dev.sallyport.core.upstream.HttpUpstream;
import dev.sallyport.core.upstream.RawBackend;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Http2CheckIT {
    private static final byte[] SERVING = {0, 0, 0, 0, 2, 8, 1};
    private static final byte[] NOT_SERVING = {0, 0, 0, 0, 2, 8, 2};

    @Test
    void asksAnEndpointInItsOwnProtocol() throws Exception {
        var seen = new AtomicReference<String>("");
        try (var server =
                FrameServer.start(connection -> {
                    connection.settings();
                    var head = connection.next(FrameServer.HEADERS);
                    seen.set(connection.fields(head).toString());
                    connection.headers(head.stream(), false, ":status", "103");
                    connection.answer(head.stream(), "fine");
                    connection.drain();
                })) {
            assertThat(check(server.port(), false)).isNull();
            assertThat(seen.get())
                    .contains(":method: GET", ":path: /a?b", ":scheme: http")
                    .contains(":authority: 127.0.0.1:" + server.port());
        }
    }

    @ParameterizedTest
    @CsvSource({"500, status 500", "101, no HTTP/2 answer", "2x0, no HTTP/2 answer"})
    void tellsWhyAnAnswerIsNoGood(String status, String problem) throws Exception {
        try (var server =
                FrameServer.start(connection -> {
                    connection.settings();
                    connection.headers(connection.wholeRequest(), true, ":status", status);
                    connection.drain();
                })) {
            assertThat(check(server.port(), false)).isEqualTo(problem);
        }
    }

    @Test
    void anotherProtocolIsNoAnswer() throws Exception {
        try (var backend =
                RawBackend.start(connection -> {
                    connection.head();
                    connection.send("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
                })) {
            assertThat(check(backend.port(), false)).isEqualTo("no HTTP/2 answer");
        }
    }

    @Test
    void grpcServerThatServesIsHealthy() throws Exception {
        var seen = new AtomicReference<String>("");
        try (var server =
                FrameServer.start(connection -> {
                    connection.settings();
                    var head = connection.next(FrameServer.HEADERS);
                    seen.set(connection.fields(head).toString());
                    grpc(connection, head.stream(), SERVING);
                })) {
            assertThat(check(server.port(), true)).isNull();
            assertThat(seen.get())
                    .contains(":path: /grpc.health.v1.Health/Check", "te: trailers")
                    .contains(":method: POST", "content-type: application/grpc");
        }
    }

    @Test
    void grpcServerThatDoesNotServeIsNot() throws Exception {
        try (var server =
                FrameServer.start(connection -> {
                    connection.settings();
                    grpc(connection, connection.wholeRequest(), NOT_SERVING);
                })) {
            assertThat(check(server.port(), true)).isEqualTo("not serving");
        }
    }

    @Test
    void grpcServerWithoutHealthSaysSo() throws Exception {
        try (var server =
                FrameServer.start(connection -> {
                    connection.settings();
                    connection.headers(
                            connection.wholeRequest(), true, ":status", "200", "grpc-status", "12");
                    connection.drain();
                })) {
            assertThat(check(server.port(), true)).isEqualTo("grpc-status 12");
        }
    }

    private static void grpc(FrameServer.Connection connection, int stream, byte[] message)
            throws IOException {
        connection.headers(stream, false, ":status", "200", "content-type", "application/grpc");
        connection.send(FrameServer.DATA, 0, stream, message);
        connection.headers(stream, true, "grpc-status", "0");
        connection.drain();
    }

    private static @Nullable String check(int port, boolean grpc) {
        var health =
                new Upstream.Health(
                        "/a?b",
                        false,
                        grpc,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        1,
                        1,
                        StatusRange.parse("200-399"));
        Upstream settings = Settings.upstream(null, health, List.of(), "127.0.0.1:" + port);
        HttpUpstream live = Settings.live();
        new EndpointSet(live, settings.endpoints(), UnixDomainSocketAddress::of, newcomer -> {});
        Endpoint endpoint = live.endpoints().getFirst();
        return new HealthCheck(health, Protocol.H2C, null).run(endpoint);
    }
}
