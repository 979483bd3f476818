package dev.sallyport.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.tls.ServerTlsSettings.TlsVersion;
import io.netty.util.ResourceLeakDetector;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated("leaks are those of the whole JVM")
class ReloadIT {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void ticketIsGoodAcrossAReloadAndTwoTurnsOfTheKeys(String version) throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example")) {
            var ticket = folder.resolve("ticket");
            save(edge, ticket, version);
            assertThat(edge.session().resumed()).isFalse();

            assertThat(resumes(edge, ticket, version)).isTrue();
            edge.serve("a.example");
            assertThat(resumes(edge, ticket, version)).isTrue();
            turn(edge);
            assertThat(resumes(edge, ticket, version)).isTrue();
            turn(edge);
            assertThat(resumes(edge, ticket, version)).isTrue();
            turn(edge);
            assertThat(resumes(edge, ticket, version)).isFalse();
        }
    }

    @Test
    void ticketOfOnePolicyIsWorthNothingToAnother() throws Exception {
        var other =
                new ServerTlsSettings(
                        "mutual",
                        TlsVersion.TLS_1_2,
                        true,
                        List.of("http/1.1"),
                        Duration.ofSeconds(10),
                        null);
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example");
                var strict = new FakeEdge(other, TlsEngine.NATIVE, "a.example")) {
            var ticket = folder.resolve("ticket");
            save(edge, ticket, "-tls1_3");

            assertThat(resumes(strict, ticket, "-tls1_3")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void noTicketsWhereTheyAreOff(String version) throws Exception {
        var settings =
                new ServerTlsSettings(
                        "p",
                        TlsVersion.TLS_1_2,
                        false,
                        List.of("http/1.1"),
                        Duration.ofSeconds(10),
                        null);
        try (var edge = new FakeEdge(settings, TlsEngine.NATIVE, "a.example")) {
            var run =
                    OpenSslClient.connect(edge.port(), folder, "-servername", "a.example", version);

            assertThat(run.output()).doesNotContain("TLS session ticket:");
            assertThat(edge.session().resumed()).isFalse();
        }
    }

    @Test
    void keysTurnAtMostEveryTwelveHours() {
        var clock = new MovedClock();
        var keys = new TicketKeys(clock, new SecureRandom());
        var first = keys.current()[0];

        clock.advance(Duration.ofHours(12).minusSeconds(1));
        assertThat(keys.turnIfDue()).isFalse();
        clock.advance(Duration.ofSeconds(1));
        assertThat(keys.turnIfDue()).isTrue();
        assertThat(keys.turnIfDue()).isFalse();
        assertThat(keys.current()).hasSize(2).endsWith(first);
        clock.advance(Duration.ofHours(30));
        keys.turnIfDue();
        clock.advance(Duration.ofHours(30));
        keys.turnIfDue();
        assertThat(keys.current()).hasSize(3).doesNotContain(first);
    }

    @Test
    void reloadsUnderHandshakesFailNoneAndLeakNothing() throws Exception {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        var leaks = new RecordingLeaks();
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example")) {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anybody()}, null);
            var stop = new AtomicBoolean();
            var done = new AtomicInteger();
            try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
                var runs = new ArrayList<Future<?>>();
                for (var i = 0; i < 4; i++) {
                    runs.add(
                            clients.submit(() -> {
                                while (!stop.get()) {
                                    request(context, edge.port());
                                    done.incrementAndGet();
                                }
                                return null;
                            }));
                }
                for (var reload = 0; reload < 200; reload++) {
                    edge.serve("a.example");
                    edge.tls.maintain();
                }
                while (done.get() < 50 && runs.stream().noneMatch(Future::isDone)) {
                    Thread.onSpinWait();
                }
                stop.set(true);
                for (var run : runs) {
                    run.get();
                }
            }
            // The clients may all have been done before the last reload, whose context is made by
            // the first handshake that asks for it.
            request(context, edge.port());
            done.incrementAndGet();
            edge.tls.maintain();

            assertThat(edge.outcomes)
                    .allMatch(outcome -> outcome.session() != null)
                    .hasSize(done.get());
            assertThat(edge.tls.contextCount()).isEqualTo(1);
        }
        assertThat(leaks.found()).isEmpty();
    }

    private static void request(SSLContext context, int port) throws Exception {
        try (var socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), port)) {
            var parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName("a.example")));
            socket.setSSLParameters(parameters);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readNBytes(FakeEdge.ANSWER.length()))
                    .hasSize(FakeEdge.ANSWER.length());
        }
    }

    private void save(FakeEdge edge, Path ticket, String version) throws Exception {
        // the pause at the end lets the tickets of TLS 1.3, which follow the handshake, arrive
        OpenSslClient.connectUntilAnswered(
                edge.port(), "-servername", "a.example", version, "-sess_out", ticket.toString());
        assertThat(ticket).exists();
    }

    private boolean resumes(FakeEdge edge, Path ticket, String version) throws Exception {
        edge.outcomes.clear();
        var run =
                OpenSslClient.connect(
                        edge.port(),
                        folder,
                        "-servername",
                        "a.example",
                        version,
                        "-sess_in",
                        ticket.toString());
        var resumed = edge.session().resumed();
        assertThat(run.output().contains("Reused, TLSv1.")).isEqualTo(resumed);
        return resumed;
    }

    private static void turn(FakeEdge edge) {
        edge.clock.advance(Duration.ofHours(12));
        edge.tls.maintain();
    }

    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** What the detector says once the collector has been. */
    private static final class RecordingLeaks extends Handler {
        private final Logger logger = Logger.getLogger(ResourceLeakDetector.class.getName());
        private final Queue<String> messages = new ConcurrentLinkedQueue<>();

        RecordingLeaks() throws Exception {
            report(); // what other tests of this JVM left behind is theirs
            logger.addHandler(this);
        }

        Queue<String> found() throws Exception {
            report();
            logger.removeHandler(this);
            return messages;
        }

        private static void report() throws Exception {
            try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE)) {
                for (var i = 0; i < 5; i++) {
                    System.gc();
                    edge.serve("a.example"); // to track something new is what makes it report
                    edge.tls.checkHandshake();
                }
            }
        }

        @Override
        public void publish(LogRecord logged) {
            messages.add(logged.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
