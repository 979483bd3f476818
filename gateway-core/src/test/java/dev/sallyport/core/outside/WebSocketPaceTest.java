package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawServer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A WebSocket on a stream towards its endpoint is held by whoever does not read, and alone. */
@ExtendWith(CleanLogs.class)
@Timeout(120)
final class WebSocketPaceTest {
    private static final long SIZE = 40_000_000;

    @Test
    void clientThatDoesNotReadHoldsTheOrigin() {
        var sent = new AtomicLong();
        try (var origin =
                        RawServer.scripted(connection -> {
                            var request = Objects.requireNonNull(connection.read());
                            if (request.path().equals("/plain")) {
                                connection.send(ok("plain"));
                                return;
                            }
                            connection.send(WebSocketProof.switching(request));
                            byte[] piece = new byte[100_000];
                            for (; sent.get() < SIZE; sent.addAndGet(piece.length)) {
                                connection.send(piece);
                            }
                        });
                var endpoint = Edge.start(Wire.EPOLL, 1, origin.route());
                var edge = Edge.start(Wire.EPOLL, 1, routes(endpoint));
                var client = Http2Client.stingy(edge)) {
            client.headers(
                    1,
                    false,
                    ":method=CONNECT",
                    ":protocol=websocket",
                    ":scheme=https",
                    ":authority=a.example",
                    ":path=/ws");
            var first = client.answer(1, answer -> answer.body.size() == 65_535);
            Await.until("a pause", new Pause(sent)::isThere, sent::get);
            assertThat(sent.get()).isLessThan(SIZE);

            // A request beside it, on the same connection to the endpoint.
            client.windowUpdate(0, 1_000);
            client.get(3, "/plain");
            assertThat(client.answer(3).text()).isEqualTo("plain");
            edge.awaitMetric(1, "sallyport_upstream_connections");

            client.windowUpdate(0, 1 << 30).windowUpdate(1, 1 << 30);
            var rest = client.answer(1);
            assertThat(first.body.size() + rest.body.size()).isEqualTo((int) SIZE);
            assertThat(rest.isComplete).isTrue();
        }
    }

    @Test
    void originThatDoesNotReadHoldsTheClient() throws Exception {
        var sent = new AtomicLong();
        var received = new AtomicLong();
        var reads = new CountDownLatch(1);
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.send(WebSocketProof.switching(connection.read()));
                            reads.await();
                            while (connection.readByte() >= 0) {
                                received.incrementAndGet();
                            }
                            connection.send("all");
                        });
                var endpoint = Edge.start(Wire.EPOLL, 1, origin.route());
                var edge = Edge.start(Wire.EPOLL, 1, routes(endpoint));
                var client = WebSocketClient.open(Dialect.H1, edge)) {
            String piece = "p".repeat(100_000);
            Thread sending =
                    Thread.ofVirtual()
                            .start(() -> {
                                for (; sent.get() < SIZE; sent.addAndGet(piece.length())) {
                                    client.say(piece);
                                }
                            });
            Await.until("a pause", new Pause(sent)::isThere, sent::get);
            assertThat(sent.get()).isLessThan(SIZE);

            reads.countDown();
            sending.join();
            client.end();

            assertThat(client.rest()).isEqualTo("all");
            assertThat(received.get()).isEqualTo(SIZE);
        }
    }

    private static String routes(Edge endpoint) {
        return """
        routes:
          all: {forward: app}
        upstreams:
          app: {endpoints: ["127.0.0.1:%d"], protocol: h2c}
        """
                .formatted(endpoint.port("h2c"));
    }
}
