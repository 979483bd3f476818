package dev.sallyport.core.upstream;

import static dev.sallyport.core.upstream.FrameServer.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.testing.integration.EmptyProtos.Empty;
import io.grpc.testing.integration.TestServiceGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What gRPC clients see when the edge itself has something to say. */
class GrpcIT {
    private static final int CANCEL = 8;
    private static final String GRPC =
            "POST /a.B/C HTTP/1.1\r\nhost: a.test\r\ncontent-type: application/grpc+proto\r\n"
                    + "content-length: 0\r\nconnection: close\r\n";

    @TempDir private Path folder;

    @Test
    void serverThatIsAwayIsUnavailable() throws Exception {
        int port;
        try (var closed = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = closed.getLocalPort();
        }
        try (var edge = start(port)) {
            StatusRuntimeException failure = call(edge, 10_000);

            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(failure.getStatus().getDescription()).isEqualTo("service unavailable");
        }
    }

    @Test
    void deadlineEndsTheCallOnBothSides() throws Exception {
        var code = new AtomicReference<Integer>(0);
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            connection.wholeRequest();
                            code.set(connection.next(FrameServer.RST_STREAM).code());
                            connection.drain();
                        });
                var edge = start(server.port())) {
            // A client that sends its deadline and does not keep it by itself.
            String answer = edge.send(GRPC + "grpc-timeout: 200m\r\n\r\n");

            assertThat(answer)
                    .startsWith("HTTP/1.1 200")
                    .contains("grpc-status: 4\r\n", "grpc-message: gateway timeout\r\n")
                    .contains("content-type: application/grpc+proto\r\n");
            await(() -> code.get() == CANCEL);
            assertThat(edge.metrics("sallyport_edge_responses_total"))
                    .anySatisfy(line -> assertThat(line).contains("deadline-exceeded"));
        }
    }

    @Test
    void longDeadlineIsNotWaitedForLongerThanAStreamMayBeSilent() throws Exception {
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            connection.drain();
                        });
                var edge = start(server.port())) {
            edge.reload(
                    "{endpoints: [\"127.0.0.1:%d\"], protocol: h2c}".formatted(server.port()),
                    "timeouts: {response: 100ms, tunnel-idle: 300ms}");

            String answer = edge.send(GRPC + "grpc-timeout: 8760H\r\n\r\n");

            assertThat(answer).startsWith("HTTP/1.1 200").contains("grpc-status: 4\r\n");
            assertThat(edge.metrics("sallyport_edge_responses_total"))
                    .anySatisfy(line -> assertThat(line).contains("response-timeout"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "respond: 401, 16",
        "respond: 403, 7",
        "respond: 404, 12",
        "respond: 413, 8",
        "respond: 429, 8",
        "respond: 500, 13",
        "respond: 503, 14"
    })
    void answersOfTheEdgeAreStatuses(String action, int status) throws Exception {
        try (var edge = RunningEdge.serving(folder, action)) {
            assertThat(edge.send(GRPC + "\r\n"))
                    .startsWith("HTTP/1.1 200")
                    .contains("grpc-status: " + status + "\r\n");
        }
    }

    @Test
    void othersAreAnsweredAsEver() throws Exception {
        try (var edge = RunningEdge.serving(folder, "respond: 403")) {
            assertThat(edge.send(GRPC.replace("grpc+proto", "grpcish") + "\r\n"))
                    .startsWith("HTTP/1.1 403");
        }
    }

    @Test
    void serverSeesTeAndTrailersReachTheClient() throws Exception {
        var seen = new AtomicReference<String>("");
        try (var server =
                        FrameServer.start(connection -> {
                            connection.settings();
                            var head = connection.next(FrameServer.HEADERS);
                            seen.set(connection.fields(head).toString());
                            connection.headers(
                                    head.stream(),
                                    true,
                                    ":status",
                                    "200",
                                    "content-type",
                                    "application/grpc",
                                    "grpc-status",
                                    "5",
                                    "grpc-message",
                                    "none such",
                                    "x_more.bin",
                                    "1");
                            connection.drain();
                        });
                var edge = start(server.port())) {
            StatusRuntimeException failure = call(edge, 10_000);

            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(failure.getStatus().getDescription()).isEqualTo("none such");
            Metadata trailers = Objects.requireNonNull(failure.getTrailers());
            assertThat(
                            trailers.get(
                                    Metadata.Key.of(
                                            "x_more.bin", Metadata.ASCII_STRING_MARSHALLER)))
                    .isEqualTo("1");
            assertThat(seen.get())
                    .contains(":method: POST", ":path: /grpc.testing.TestService/EmptyCall")
                    .contains("te: trailers", "content-type: application/grpc", "grpc-timeout: ");
        }
    }

    private static StatusRuntimeException call(RunningEdge edge, int millis) throws Exception {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", edge.port()).usePlaintext().build();
        try {
            return catchThrowableOfType(
                    StatusRuntimeException.class,
                    () ->
                            TestServiceGrpc.newBlockingStub(channel)
                                    .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
                                    .emptyCall(Empty.getDefaultInstance()));
        } finally {
            channel.shutdownNow();
            assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private RunningEdge start(int port) throws IOException {
        return RunningEdge.start(
                folder, "{endpoints: [\"127.0.0.1:%d\"], protocol: h2c}".formatted(port));
    }
}
