package dev.sallyport.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.certificate.CertificateDemand;
import dev.sallyport.core.tls.HandshakeListener.Failure;
import dev.sallyport.core.tls.ServerTlsSettings.TlsVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hellos that wait for a certificate on demand. */
@Timeout(120)
class DemandIT {
    @TempDir private Path folder;
    private static final String NAME = "b.example";
    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void waitsAndIsServed(boolean autoRead) throws Exception {
        try (var edge =
                new FakeEdge(autoRead, FakeEdge.settings(), TlsEngine.NATIVE, "a.example")) {
            var demand = new FakeDemand(Duration.ofSeconds(60));
            edge.store.demand(demand);
            var serving = Thread.ofVirtual().start(() -> demand.serveNext(edge, NAME));

            OpenSslClient.connectUntilAnswered(edge.port(), "-servername", NAME);
            serving.join();
            assertThat(edge.session().serverName()).isEqualTo(NAME);
            assertThat(demand.used).containsExactly(NAME);
            assertThat(demand.clients).containsExactly(InetAddress.getLoopbackAddress());

            OpenSslClient.connectUntilAnswered(edge.port(), "-servername", NAME);
            assertThat(demand.clients).hasSize(1);
        }
    }

    @Test
    void getsAnAlertWhenItWillNotBeHad() throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example");
                var socket = connect(edge)) {
            var demand = new FakeDemand(Duration.ofSeconds(60));
            edge.store.demand(demand);
            socket.getOutputStream().write(HelloIT.hello(NAME));
            demand.next().run();

            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(UNRECOGNIZED_NAME);
            assertThat(edge.failure()).isEqualTo(Failure.UNKNOWN_NAME);
        }
    }

    @Test
    void getsAnAlertAtOnceWhenRefused() throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example");
                var socket = connect(edge)) {
            edge.store.demand(new FakeDemand(null));
            socket.getOutputStream().write(HelloIT.hello(NAME));

            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(UNRECOGNIZED_NAME);
        }
    }

    @Test
    void getsAnAlertWhenItTakesTooLongAndIsServedTheNextTime() throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example")) {
            var demand = new FakeDemand(Duration.ofMillis(50));
            edge.store.demand(demand);
            try (var socket = connect(edge)) {
                socket.getOutputStream().write(HelloIT.hello(NAME));

                assertThat(socket.getInputStream().readAllBytes()).isEqualTo(UNRECOGNIZED_NAME);
            }
            assertThat(demand.left.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
            assertThat(edge.failure()).isEqualTo(Failure.UNKNOWN_NAME);
            demand.serveNext(edge, NAME); // late

            OpenSslClient.connectUntilAnswered(edge.port(), "-servername", NAME);
        }
    }

    @Test
    void leavesWhenTheClientDoes() throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example")) {
            var demand = new FakeDemand(Duration.ofSeconds(60));
            edge.store.demand(demand);
            Runnable then;
            try (var socket = connect(edge)) {
                socket.getOutputStream().write(HelloIT.hello(NAME));
                then = demand.next();
                socket.setSoLinger(true, 0);
            }
            assertThat(demand.left.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
            assertThat(edge.failure()).isEqualTo(Failure.GONE);
            edge.serve("a.example", NAME);
            then.run(); // nobody is there

            OpenSslClient.connectUntilAnswered(edge.port(), "-servername", NAME);
        }
    }

    @Test
    void isHeldToTheDeadlineOfHandshakes() throws Exception {
        var settings =
                new ServerTlsSettings(
                        "p",
                        TlsVersion.TLS_1_2,
                        true,
                        List.of("http/1.1"),
                        Duration.ofMillis(300),
                        null);
        try (var edge = new FakeEdge(settings, TlsEngine.NATIVE, "a.example");
                var socket = connect(edge)) {
            var demand = new FakeDemand(Duration.ofSeconds(60));
            edge.store.demand(demand);
            socket.getOutputStream().write(HelloIT.hello(NAME));

            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
            assertThat(edge.failure()).isEqualTo(Failure.TIMEOUT);
            assertThat(demand.left.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void isClosedWhenItSendsMuchMeanwhile() throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example");
                var socket = connect(edge)) {
            var demand = new FakeDemand(Duration.ofSeconds(60));
            edge.store.demand(demand);
            socket.getOutputStream().write(HelloIT.hello(NAME));
            demand.next();
            try {
                socket.getOutputStream().write(new byte[64 * 1024]);
            } catch (IOException e) {
                // closed while we were still talking
            }

            assertThat(edge.failure()).isEqualTo(Failure.BAD_HELLO);
            assertThat(demand.left.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void asksForNothingWithoutANameOrForAChallenge() throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example", "c")) {
            var demand = new FakeDemand(Duration.ofSeconds(60));
            edge.store.demand(demand);
            OpenSslClient.connect(edge.port(), folder, "-noservername");
            assertThat(edge.failure()).isEqualTo(Failure.NO_NAME);
            OpenSslClient.connect(edge.port(), folder, "-servername", NAME, "-alpn", "acme-tls/1");
            assertThat(edge.failure()).isEqualTo(Failure.UNKNOWN_NAME);

            assertThat(demand.clients).isEmpty();
        }
    }

    private static Socket connect(FakeEdge edge) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), edge.port());
        socket.setSoTimeout(60_000);
        return socket;
    }

    /** Has every name, when a test says so. */
    private static final class FakeDemand implements CertificateDemand {
        final BlockingQueue<InetAddress> clients = new LinkedBlockingQueue<>();
        final BlockingQueue<String> used = new LinkedBlockingQueue<>();
        final Semaphore left = new Semaphore(0);
        private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
        private final @Nullable Duration patience;

        FakeDemand(@Nullable Duration patience) {
            this.patience = patience;
        }

        @Override
        public @Nullable Waiting want(String name, @Nullable InetAddress client, Runnable then) {
            clients.add(Objects.requireNonNull(client));
            var until = patience;
            if (until == null) {
                return null;
            }
            waiting.add(then);
            return new Waiting() {
                @Override
                public Duration patience() {
                    return until;
                }

                @Override
                public void leave() {
                    left.release();
                }
            };
        }

        Runnable next() throws InterruptedException {
            return Objects.requireNonNull(waiting.poll(60, TimeUnit.SECONDS), "nobody waits");
        }

        void serveNext(FakeEdge edge, String name) {
            try {
                var then = next();
                edge.serve("a.example", name);
                then.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void used(String name) {
            used.add(name);
        }

        @Override
        public boolean isOnDemand(List<String> names) {
            return false;
        }
    }
}
