package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawClient.get;
import static dev.sallyport.core.outside.RawClient.post;
import static dev.sallyport.core.outside.RawServer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which endpoint is asked, and what is asked again. */
@ExtendWith(CleanLogs.class)
final class RetryTest {
    /** Keeps connections alive, and closes each unasked when the second request arrives on it. */
    private static RawServer forgetful(Set<String> seen) {
        return RawServer.scripted(connection -> {
            var first = connection.read();
            if (first != null) {
                seen.add(first.path());
                connection.send(ok("fine"));
                connection.readByte();
            }
        });
    }

    @TransportTest
    void asksAgainOnNewConnectionWhenPooledOneIsStale(Wire wire) {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        try (var origin = forgetful(seen);
                var edge = Edge.start(wire, 1, origin.route());
                var client = edge.connect()) {
            for (int i = 0; i < 40; i++) {
                assertThat(client.ask(get("/" + i)).text()).isEqualTo("fine");
            }

            assertThat(origin.requestCount()).isEqualTo(40);
            edge.awaitMetric(0, "sallyport_upstream_ejections_total");
        }
    }

    @TransportTest
    void neverSendsPostTwice(Wire wire) {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        try (var origin = forgetful(seen);
                var edge = Edge.start(wire, 1, origin.route());
                var client = edge.connect()) {
            assertThat(client.ask(get("/first")).status()).isEqualTo(200);
            int status = client.ask(post("/once", "body")).status();

            assertThat(status).isEqualTo(502);
            assertThat(seen).containsExactly("/first");
        }
    }

    @TransportTest
    void asksOtherEndpointWhenOneRefuses(Wire wire) {
        int dead = freePort();
        try (var origin = RawServer.answering(request -> ok(request.text()));
                var edge =
                        Edge.start(
                                wire,
                                1,
                                "routes:\n  all: {forward: app}\nupstreams:\n  app: {endpoints:"
                                        + " [\"127.0.0.1:%d\", \"%s\"]}\n"
                                                .formatted(dead, origin.address()))) {
            for (int i = 0; i < 10; i++) {
                assertThat(edge.ask(post("/", "p" + i)).text()).isEqualTo("p" + i);
            }
            assertThat(edge.metric("sallyport_upstream_retries_total")).isBetween(1L, 10L);
            edge.awaitMetric(1, "sallyport_upstream_ejections_total");
        }
    }

    @TransportTest
    void saysWhenToComeAgainWhenNobodyListens(Wire wire) {
        int dead = freePort();
        try (var edge =
                        Edge.start(
                                wire,
                                "routes:\n  all: {forward: \"127.0.0.1:%d\"}\n".formatted(dead));
                var client = edge.connect()) {
            for (int i = 0; i < 3; i++) {
                Response response = client.ask(get("/"));
                assertThat(response.status()).isEqualTo(503);
                assertThat(response.field("retry-after")).isEqualTo("1");
            }
            Response post = client.ask(post("/", "body"));
            assertThat(post.status()).isEqualTo(503);
            edge.awaitMetric(0, "sallyport_upstream_connections");
        }
    }

    @Test
    void sharesByWeight() {
        var first = new AtomicInteger();
        var second = new AtomicInteger();
        try (var heavy = counting(first);
                var light = counting(second);
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                1,
                                "routes:\n  all: {forward: app}\nupstreams:\n  app: {endpoints: [{address:"
                                        + " \"%s\", weight: 3}, \"%s\"]}\n"
                                                .formatted(heavy.address(), light.address()));
                var client = edge.connect()) {
            for (int i = 0; i < 400; i++) {
                client.ask(get("/"));
            }

            assertThat(first.get()).isEqualTo(300);
            assertThat(second.get()).isEqualTo(100);
        }
    }

    @Test
    void prefersEndpointWithFewestRequests() throws Exception {
        var release = new CountDownLatch(1);
        var fast = new AtomicInteger();
        var slow = new AtomicInteger();
        try (var stuck =
                        RawServer.scripted(connection -> {
                            for (var at = connection.read(); at != null; at = connection.read()) {
                                slow.incrementAndGet();
                                release.await();
                                connection.send(ok("slow"));
                            }
                        });
                var quick = counting(fast);
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                2,
                                "routes:\n  all: {forward: app}\nupstreams:\n  app: {balance: least-requests,"
                                        + " endpoints: [\"%s\", \"%s\"]}\n"
                                                .formatted(stuck.address(), quick.address()));
                var client = edge.connect()) {
            List<RawClient> stuckClients = new ArrayList<>();
            while (slow.get() == 0) {
                RawClient next = edge.connect();
                stuckClients.add(next.send(get("/")));
                Await.reached(Duration.ofMillis(50), () -> slow.get() > 0);
            }

            for (int i = 0; i < 50; i++) {
                assertThat(client.ask(get("/")).text()).isEqualTo("fast");
            }
            assertThat(slow.get()).isEqualTo(1);
            release.countDown();
            assertThat(stuckClients.getLast().read().text()).isEqualTo("slow");
            stuckClients.forEach(RawClient::close);
        }
    }

    private static RawServer counting(AtomicInteger count) {
        return RawServer.answering(request -> {
            count.incrementAndGet();
            return ok("fast");
        });
    }

    private static int freePort() {
        try (var unused = RawServer.answering(request -> "")) {
            return unused.port();
        }
    }
}
