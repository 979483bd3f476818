package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawClient.get;
import static dev.sallyport.core.outside.RawServer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The writability of one side is the read permission of the other: memory does not grow. */
@ExtendWith(CleanLogs.class)
final class BackpressureTest {
    private static final long SIZE = 60_000_000;

    /** Beyond what the kernel buffers of both connections hold. */
    private static final long MOST_IN_FLIGHT = 24_000_000;

    private static final byte[] PIECE = new byte[100_000];

    @WireTest
    @Timeout(60)
    void readsNoMoreFromTheOriginThanTheClientTakes(Wire wire) throws Exception {
        var sent = new AtomicLong();
        try (var origin =
                        RawServer.scripted(connection -> {
                            connection.read();
                            connection.send(
                                    "HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n");
                            while (sent.get() < SIZE) {
                                connection.send(PIECE);
                                sent.addAndGet(PIECE.length);
                            }
                        });
                var edge = Edge.start(wire, origin.route());
                var client = edge.connect()) {
            client.send(get("/")).readHead();
            awaitStandstill(sent);

            assertThat(sent.get()).isLessThan(MOST_IN_FLIGHT);
            client.skip(SIZE);
            edge.awaitMetric(SIZE, "sallyport_response_bytes_total");
        }
    }

    @WireTest
    @Timeout(60)
    void readsNoMoreFromTheClientThanTheOriginTakes(Wire wire) throws Exception {
        var sent = new AtomicLong();
        var release = new CountDownLatch(1);
        try (var origin =
                        RawServer.scripted(connection -> {
                            Objects.requireNonNull(connection.readHead());
                            release.await();
                            for (long left = SIZE; left > 0; left -= PIECE.length) {
                                connection.readBytes(PIECE.length);
                            }
                            connection.send(ok("taken"));
                        });
                var edge = Edge.start(wire, origin.route());
                var client = edge.connect()) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: " + SIZE + "\r\n\r\n");
            Thread.ofVirtual()
                    .start(() -> {
                        while (sent.get() < SIZE && client.trySend(PIECE)) {
                            sent.addAndGet(PIECE.length);
                        }
                    });
            awaitStandstill(sent);

            assertThat(sent.get()).isLessThan(MOST_IN_FLIGHT);
            release.countDown();
            assertThat(client.read().text()).isEqualTo("taken");
            edge.awaitMetric(SIZE, "sallyport_request_bytes_total");
        }
    }

    /** Until the sender has sent something, and nothing more for a while. */
    private static void awaitStandstill(AtomicLong sent) {
        var before = new AtomicLong(-1);
        var since = new AtomicLong(System.nanoTime());
        Await.until(
                "a standstill",
                () -> {
                    if (before.getAndSet(sent.get()) != sent.get()) {
                        since.set(System.nanoTime());
                    }
                    return sent.get() > 0 && System.nanoTime() - since.get() > 300_000_000;
                },
                sent::get);
    }
}
