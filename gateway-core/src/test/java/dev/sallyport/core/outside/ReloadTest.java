package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawClient.get;
import static dev.sallyport.core.outside.RawServer.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Configurations that change under load. */
@ExtendWith(CleanLogs.class)
final class ReloadTest {
    @TransportTest
    @Timeout(90)
    void failsNoRequestInThousandReloads(Wire wire) throws Exception {
        try (var origin = RawServer.answering(request -> ok("fine"));
                var edge = Edge.start(wire, changed(origin, 0));
                var load = new Load(edge, 4)) {
            for (int i = 1; i <= 1_000; i++) {
                edge.apply(changed(origin, i));
            }

            load.stop();
            assertThat(load.failures).isEmpty();
            assertThat(load.answered.get()).isGreaterThan(1_000);
            assertThat(edge.gateway().snapshot().generation()).isEqualTo(1_001);
            edge.records().awaitCount(load.answered.get());
            edge.awaitMetric(load.answered.get(), "sallyport_requests_total", "2xx");
        }
    }

    /** Each time something else: the upstream, a route, or nothing. */
    private static String changed(RawServer origin, int i) {
        return "routes:\n  r%d: {path-prefix: /other, respond: 404}\n  all: {forward: app}\n"
                        .formatted(i / 3)
                + origin.upstream(", max-connections: " + (100 + i / 2));
    }

    @Test
    void keepsConnectionsOfUpstreamsThatDoNotChange() throws Exception {
        try (var origin = RawServer.answering(request -> ok("fine"));
                var edge = Edge.start(Wire.EPOLL, 1, origin.route());
                var client = edge.connect()) {
            client.ask(get("/"));
            for (int i = 0; i < 50; i++) {
                edge.apply(
                        "routes:\n  all: {forward: app}\n  r%d: {path: /x, respond: 404}\n"
                                        .formatted(i)
                                + origin.upstream(""));
                assertThat(client.ask(get("/")).text()).isEqualTo("fine");
            }

            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void closesConnectionsOfUpstreamThatIsGone() throws Exception {
        try (var origin = RawServer.answering(request -> ok("fine"));
                var edge = Edge.start(Wire.EPOLL, origin.route());
                var client = edge.connect()) {
            client.ask(get("/"));
            edge.apply("routes:\n  all: {respond: 204}\n");

            assertThat(client.ask(get("/")).status()).isEqualTo(204);
            Await.equal(0, origin::openConnections);
        }
    }

    @Test
    void drainsListenerThatIsTakenAwayAndKeepsTheOther() throws Exception {
        String listener = "  %s: {address: \"127.0.0.1:0\"}\n";
        try (var origin = RawServer.answering(request -> ok("fine"));
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                "listeners:\n"
                                        + listener.formatted("web")
                                        + listener.formatted("old")
                                        + origin.route());
                var kept = edge.connect();
                var idle = RawClient.plain(edge.port("old"));
                var busy = RawClient.plain(edge.port("old"))) {
            kept.ask(get("/"));
            idle.ask(get("/"));
            busy.send("GET / HTTP/1.1\r\nHost:");
            edge.awaitMetric(1, "sallyport_connections", "listener=\"web\"");
            edge.awaitMetric(2, "sallyport_connections", "listener=\"old\"");
            int port = edge.port("old");
            edge.apply("listeners:\n" + listener.formatted("web") + origin.route());

            assertThat(idle.isEnded()).isTrue();
            Response last = busy.ask(" a.example\r\n\r\n");
            assertThat(last.status()).isEqualTo(200);
            assertThat(last.field("connection")).isEqualTo("close");
            assertThat(busy.isEnded()).isTrue();
            assertThatThrownBy(() -> RawClient.plain(port)).hasMessageContaining("refused");
            assertThat(kept.ask(get("/")).status()).isEqualTo(200);
        }
    }

    @Test
    void keepsOldConfigurationWhenTheNewCannotBeBound() {
        try (var taken = RawServer.answering(request -> ok(""));
                var origin = RawServer.answering(request -> ok("fine"));
                var edge = Edge.start(Wire.EPOLL, origin.route());
                var client = edge.connect()) {
            assertThatThrownBy(() ->
                            edge.apply(
                                    "listeners:\n  web: {address: \"127.0.0.1:0\"}\n  more:"
                                            + " {address: \"127.0.0.1:"
                                            + taken.port()
                                            + "\"}\nroutes:\n  all: {respond: 204}\n"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("listeners.more");

            assertThat(client.ask(get("/")).text()).isEqualTo("fine");
            assertThat(edge.gateway().snapshot().generation()).isEqualTo(1);
        }
    }

    /** Keep-alive clients that ask until they are told to stop. */
    private static final class Load implements AutoCloseable {
        final AtomicLong answered = new AtomicLong();
        final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();

        Load(Edge edge, int clients) {
            for (int i = 0; i < clients; i++) {
                threads.add(Thread.ofVirtual().start(() -> run(edge)));
            }
        }

        private void run(Edge edge) {
            try (var client = edge.connect()) {
                while (!stopped.get()) {
                    Response response = client.ask(get("/"));
                    answered.incrementAndGet();
                    if (response.status() != 200 || !response.text().equals("fine")) {
                        failures.add(response.head() + response.text());
                    }
                }
            } catch (RuntimeException e) {
                failures.add(String.valueOf(e));
            }
        }

        void stop() {
            stopped.set(true);
            for (Thread thread : threads) {
                Await.equal(false, thread::isAlive);
            }
        }

        @Override
        public void close() {
            stop();
        }
    }
}
