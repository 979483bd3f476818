package dev.sallyport.core.outside;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** UDP routes: sessions by the address of the client. */
@ExtendWith(CleanLogs.class)
@Timeout(60)
final class DatagramTest {
    private static final int PATIENCE_MILLIS = 10_000;

    /** Answers each datagram with itself in front of its own port. */
    private static final class Echo implements AutoCloseable {
        private final DatagramSocket socket;
        private final Set<Integer> seenPorts = ConcurrentHashMap.newKeySet();

        Echo() throws IOException {
            socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Thread.ofVirtual().name("echo").start(this::run);
        }

        private void run() {
            byte[] room = new byte[65_536];
            while (!socket.isClosed()) {
                try {
                    var packet = new DatagramPacket(room, room.length);
                    socket.receive(packet);
                    seenPorts.add(packet.getPort());
                    socket.send(packet);
                } catch (IOException e) {
                    // closed, or the edge's socket is gone
                }
            }
        }

        String address() {
            return "127.0.0.1:" + socket.getLocalPort();
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    /** A client of one port. */
    private static final class Client implements AutoCloseable {
        private final DatagramSocket socket;

        Client(int port) throws IOException {
            socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setSoTimeout(PATIENCE_MILLIS);
        }

        Client send(byte[] bytes) throws IOException {
            socket.send(new DatagramPacket(bytes, bytes.length));
            return this;
        }

        Client send(String text) throws IOException {
            return send(text.getBytes(US_ASCII));
        }

        byte[] receive() throws IOException {
            byte[] room = new byte[65_536];
            var packet = new DatagramPacket(room, room.length);
            socket.receive(packet);
            return Arrays.copyOf(room, packet.getLength());
        }

        String text() throws IOException {
            return new String(receive(), US_ASCII);
        }

        /** Whether nothing comes for a while. */
        boolean isSilent() throws IOException {
            socket.setSoTimeout(300);
            try {
                receive();
                return false;
            } catch (SocketTimeoutException e) {
                return true;
            } finally {
                socket.setSoTimeout(PATIENCE_MILLIS);
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private static String route(String settings) {
        return "listeners:\n  udp: {address: \"127.0.0.1:0\", kind: udp}\n"
                + "udp-routes:\n  udp: {listeners: udp, "
                + settings
                + "}\n";
    }

    private static String to(Echo echo) {
        return "forward: \"" + echo.address() + "\"";
    }

    @ParameterizedTest
    @EnumSource(
            value = Wire.class,
            names = {"IO_URING", "EPOLL", "NIO"})
    void eachClientHasItsOwnSession(Wire wire) throws Exception {
        try (var echo = new Echo();
                var edge = Edge.start(wire, route(to(echo)));
                var one = new Client(edge.port("udp"));
                var two = new Client(edge.port("udp"))) {
            for (int i = 0; i < 50; i++) {
                one.send("one" + i);
                two.send("two" + i);
                assertThat(one.text()).isEqualTo("one" + i);
                assertThat(two.text()).isEqualTo("two" + i);
            }

            assertThat(echo.seenPorts).hasSize(2);
            edge.awaitMetric(2, "sallyport_relays", "route=\"udp\"");
            edge.awaitMetric(100, "sallyport_datagrams_total", "upstream\"");
            edge.awaitMetric(100, "sallyport_datagrams_total", "downstream\"");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Wire.class,
            names = {"IO_URING", "EPOLL", "NIO"})
    void carriesUpToTheLargestDatagramAndNoLarger(Wire wire) throws Exception {
        try (var echo = new Echo();
                var edge = Edge.start(wire, route("max-datagram: 4KiB, " + to(echo)));
                var client = new Client(edge.port("udp"))) {
            byte[] largest = new byte[4096];
            Arrays.fill(largest, (byte) 'x');
            assertThat(client.send(new byte[4097]).send(largest).receive()).isEqualTo(largest);
            assertThat(client.send(new byte[9000]).send("x").text()).isEqualTo("x");
            edge.awaitMetric(2, "sallyport_datagrams_dropped_total", "too-large");

            edge.apply(route("max-datagram: 16KiB, " + to(echo)));
            try (var later = new Client(edge.port("udp"))) {
                assertThat(later.send(new byte[9000]).receive()).hasSize(9000);
            }
        }
    }

    @Test
    void endsIdleSessions() throws Exception {
        try (var echo = new Echo();
                var edge = Edge.start(Wire.EPOLL, route("idle-timeout: 200ms, " + to(echo)));
                var client = new Client(edge.port("udp"))) {
            assertThat(client.send("a").text()).isEqualTo("a");

            edge.awaitMetric(0, "sallyport_relays", "udp");
            var line = edge.records().await(each -> each.route().equals("udp"));
            assertThat(line.bytesIn()).isEqualTo(1);
            assertThat(line.bytesOut()).isEqualTo(1);
            edge.awaitMetric(1, "sallyport_relays_ended_total", "idle");
            edge.awaitMetric(0, "sallyport_upstream_connections");
            assertThat(client.send("b").text()).isEqualTo("b");
        }
    }

    @Test
    void holdsTheLimitsOfSessions() throws Exception {
        try (var echo = new Echo();
                var edge =
                        Edge.start(Wire.EPOLL, route("max-sessions-per-client: 1, " + to(echo)));
                var one = new Client(edge.port("udp"));
                var two = new Client(edge.port("udp"))) {
            assertThat(one.send("a").text()).isEqualTo("a");
            assertThat(two.send("b").isSilent()).isTrue();
            assertThat(one.send("c").text()).isEqualTo("c");

            edge.awaitMetric(1, "sallyport_datagrams_dropped_total", "client-sessions");
            edge.apply(route("max-sessions: 1, " + to(echo)));
            assertThat(two.send("b").isSilent()).isTrue();
            edge.awaitMetric(1, "sallyport_datagrams_dropped_total", "\"sessions");
        }
    }

    @Test
    void filtersJudgeNewSessions() throws Exception {
        try (var echo = new Echo();
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                route("filters: [{address: {deny: 127.0.0.1}}], " + to(echo)));
                var client = new Client(edge.port("udp"))) {
            client.send("a");

            edge.awaitMetric(1, "sallyport_datagrams_dropped_total", "filter");
            assertThat(echo.seenPorts).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Wire.class,
            names = {"IO_URING", "EPOLL", "NIO"})
    void goesToAnotherEndpointWhenOneRefuses(Wire wire) throws Exception {
        int nobody;
        try (var unused = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            nobody = unused.getLocalPort();
        }
        try (var echo = new Echo();
                var edge =
                        Edge.start(
                                wire,
                                1,
                                route("forward: app")
                                        + "upstreams: {app: [\"127.0.0.1:%d\", \"%s\"]}\n"
                                                .formatted(nobody, echo.address()));
                var client = new Client(edge.port("udp"))) {
            client.send("a");
            edge.awaitMetric(1, "sallyport_relays_ended_total", "failed");
            edge.awaitMetric(1, "sallyport_upstream_failures_total", "connect-refused");

            assertThat(client.send("b").text()).isEqualTo("b");
            assertThat(edge.records().await(line -> true).reason()).isEqualTo("connect-refused");
        }
    }

    @Test
    void endsSessionsWithTheirListener() throws Exception {
        try (var echo = new Echo();
                var edge = Edge.start(Wire.EPOLL, route(to(echo)));
                var client = new Client(edge.port("udp"))) {
            assertThat(client.send("a").text()).isEqualTo("a");

            edge.apply("listeners:\n  web: {address: \"127.0.0.1:0\"}\n");
            edge.awaitMetric(0, "sallyport_upstream_connections");
            assertThat(edge.records().await(line -> true).reason()).isEqualTo("closed");
        }
    }
}
