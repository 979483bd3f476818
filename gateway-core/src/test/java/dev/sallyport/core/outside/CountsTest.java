package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawClient.get;
import static dev.sallyport.core.outside.RawServer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the client counts, the origin, the access log and the metrics count too. */
@ExtendWith(CleanLogs.class)
final class CountsTest {
    private static final int CLIENTS = 10;
    private static final int BATCHES = 500;
    private static final int BATCH = 10;
    private static final long TOTAL = (long) CLIENTS * BATCHES * BATCH;

    @Test
    @Timeout(90)
    void countsFiftyThousandRequestsAlikeEverywhere() throws Exception {
        try (var origin = RawServer.answering(request -> ok("0123456789"));
                var edge = Edge.start(Wire.EPOLL, 3, origin.route())) {
            var failures = new ConcurrentLinkedQueue<Throwable>();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(
                        Thread.ofVirtual()
                                .start(() -> {
                                    try {
                                        askManyTimes(edge);
                                    } catch (RuntimeException | AssertionError e) {
                                        failures.add(e);
                                    }
                                }));
            }
            for (Thread client : clients) {
                client.join();
            }

            assertThat(failures).isEmpty();
            assertThat(origin.requestCount()).isEqualTo(TOTAL);
            edge.awaitMetric(TOTAL, "sallyport_requests_total", "route=\"all\"", "2xx");
            edge.awaitMetric(TOTAL, "sallyport_requests_total");
            edge.awaitMetric(TOTAL * 10, "sallyport_response_bytes_total", "route=\"all\"");
            edge.awaitMetric(TOTAL, "sallyport_upstream_responses_total", "2xx");
            edge.awaitMetric(TOTAL, "sallyport_request_duration_seconds_count");
            edge.awaitMetric(0, "sallyport_requests_in_flight");
            edge.records().awaitCount(TOTAL);
            assertThat(edge.records().bytesOut()).isEqualTo(TOTAL * 10);
            edge.awaitMetric(CLIENTS, "sallyport_connections_accepted_total");
            edge.awaitMetric(0, "sallyport_connections");
        }
    }

    private static void askManyTimes(Edge edge) {
        try (var client = edge.connect()) {
            for (int i = 0; i < BATCHES; i++) {
                client.send(get("/count").repeat(BATCH));
                for (int n = 0; n < BATCH; n++) {
                    assertThat(client.read().status()).isEqualTo(200);
                }
            }
        }
    }
}
