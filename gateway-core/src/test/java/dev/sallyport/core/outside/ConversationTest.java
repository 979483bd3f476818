package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawClient.get;
import static dev.sallyport.core.outside.RawClient.post;
import static dev.sallyport.core.outside.RawServer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests and responses on one connection: order, framing, and when it ends. */
@ExtendWith(CleanLogs.class)
final class ConversationTest {
    @WireTest
    void keepsBothConnectionsAlive(Wire wire) {
        try (var origin = RawServer.answering(request -> ok(request.path()));
                var edge = Edge.start(wire, origin.route());
                var client = edge.connect()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.ask(get("/" + i)).text()).isEqualTo("/" + i);
            }

            assertThat(origin.connections()).isEqualTo(1);
            edge.records().awaitCount(20);
            edge.awaitMetric(20, "sallyport_requests_total", "route=\"all\"", "2xx");
        }
    }

    @WireTest
    void answersPipelinedRequestsInOrder(Wire wire) {
        try (var origin = RawServer.answering(request -> ok(request.path() + request.text()));
                var edge = Edge.start(wire, origin.route());
                var client = edge.connect()) {
            client.send(get("/1") + post("/2", "x") + get("/3") + post("/4", "yz") + get("/5"));

            assertThat(client.read().text()).isEqualTo("/1");
            assertThat(client.read().text()).isEqualTo("/2x");
            assertThat(client.read().text()).isEqualTo("/3");
            assertThat(client.read().text()).isEqualTo("/4yz");
            assertThat(client.read().text()).isEqualTo("/5");
        }
    }

    @WireTest
    void answersRequestsPipelinedBehindSlowResponse(Wire wire) throws Exception {
        var release = new CountDownLatch(1);
        try (var origin =
                        RawServer.scripted(connection -> {
                            for (var at = connection.read(); at != null; at = connection.read()) {
                                if (at.path().equals("/slow")) {
                                    connection.send(
                                            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsl");
                                    release.await();
                                    connection.send("ow");
                                } else {
                                    connection.send(ok(at.path() + at.text()));
                                }
                            }
                        });
                var edge = Edge.start(wire, origin.route());
                var client = edge.connect()) {
            client.send(get("/slow"));
            client.send(post("/a", "body") + post("/b", "x".repeat(20_000)) + get("/none"));
            Await.equal(1L, origin::requestCount);
            release.countDown();

            assertThat(client.read().text()).isEqualTo("slow");
            assertThat(client.read().text()).isEqualTo("/abody");
            assertThat(client.read().text()).hasSize(20_002);
            assertThat(client.read().text()).isEqualTo("/none");
        }
    }
}
