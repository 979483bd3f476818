package dev.sallyport.core.tunnel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.loop.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class TunnelIT {
    private static final int BIG = 20_000_000;

    @RepeatedTest(15)
    void epollKeepsAHalfClosedSocketThatWaitsForNothing() throws Exception {
        passesHalfCloseOnBothWays(Transport.EPOLL);
    }

    @ParameterizedTest
    @EnumSource
    void passesHalfCloseOnBothWays(Transport transport) throws Exception {
        try (TunnelStand stand = new TunnelStand(transport, null);
                Socket client = stand.connect();
                Socket server = stand.accept()) {
            client.getOutputStream().write("question".getBytes(US_ASCII));
            client.shutdownOutput();
            assertThat(new String(server.getInputStream().readAllBytes(), US_ASCII))
                    .isEqualTo("question");
            assertThat(stand.ends).isEmpty();

            FutureTask<Integer> read = start(client);
            server.getOutputStream().write(new byte[BIG]);
            server.shutdownOutput();

            assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo(BIG);
            assertThat(stand.awaitEnd()).isEqualTo("8 " + BIG + " finished");
        }
    }

    @ParameterizedTest
    @EnumSource
    void upstreamMayEndFirst(Transport transport) throws Exception {
        try (TunnelStand stand = new TunnelStand(transport, null);
                Socket client = stand.connect();
                Socket server = stand.accept()) {
            server.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);

            FutureTask<Integer> read = start(server);
            client.getOutputStream().write(new byte[BIG]);
            client.shutdownOutput();

            assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo(BIG);
            assertThat(stand.awaitEnd()).isEqualTo(BIG + " 0 finished");
        }
    }

    @ParameterizedTest
    @EnumSource
    void slowReaderHoldsTheSenderBackAndMemoryStaysBounded(Transport transport) throws Exception {
        int all = 128_000_000;
        try (TunnelStand stand = new TunnelStand(transport, null);
                Socket client = stand.connect();
                Socket server = stand.accept()) {
            Tunnel tunnel = stand.tunnel();
            Thread sender =
                    Thread.startVirtualThread(() -> {
                        try {
                            server.getOutputStream().write(new byte[all]);
                            server.shutdownOutput();
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    });
            long[] held = settled(stand, tunnel);
            assertThat(held[0]).isLessThan(all / 2);
            assertThat(held[1]).isLessThan(6_000_000);

            FutureTask<Integer> read = start(client);
            assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo(all);
            sender.join();
        }
    }

    @ParameterizedTest
    @EnumSource
    void resetWhileHalfClosedEndsWithoutSpinning(Transport transport) throws Exception {
        try (TunnelStand stand = new TunnelStand(transport, null);
                Socket client = stand.connect();
                Socket server = stand.accept()) {
            client.shutdownOutput();
            assertThat(server.getInputStream().read()).isEqualTo(-1);
            reset(client);

            long events = stand.events.get();
            assertThat(cpuOfLoopDuring(stand, Duration.ofMillis(400)))
                    .isLessThan(Duration.ofMillis(200));
            assertThat(stand.events.get() - events).isLessThan(10);

            // No transport tells of a reset after the end of input; the next byte that way finds
            // it.
            assertThat(stand.ends).isEmpty();
            server.getOutputStream().write(1);
            assertThat(stand.awaitEnd()).isEqualTo("0 1 reset");
            assertThat(server.getInputStream().read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyResetTunnelsLeaveNoDescriptorOpen(Transport transport) throws Exception {
        try (TunnelStand stand = new TunnelStand(transport, null)) {
            List<Socket> servers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                try (Socket client = stand.connect()) {
                    servers.add(stand.accept());
                    client.shutdownOutput();
                    assertThat(servers.getLast().getInputStream().read()).isEqualTo(-1);
                    client.setSoLinger(true, 0);
                }
            }
            stand.pass(Duration.ofSeconds(Tunnel.HALF_CLOSED_SECONDS + 1));
            for (Socket server : servers) {
                assertThat(stand.awaitEnd()).isNotNull();
                server.close();
            }
            assertThat(stand.loop.wheel().size()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void resetDuringTransferDeliversWhatWasReadAndCloses(Transport transport) throws Exception {
        try (TunnelStand stand = new TunnelStand(transport, null);
                Socket client = stand.connect();
                Socket server = stand.accept()) {
            server.getOutputStream().write("bye".getBytes(US_ASCII));
            assertThat(client.getInputStream().readNBytes(3)).isEqualTo("bye".getBytes(US_ASCII));
            reset(server);

            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(stand.awaitEnd()).isEqualTo("0 3 reset");
        }
    }

    @ParameterizedTest
    @EnumSource
    void idleTunnelIsClosed(Transport transport) throws Exception {
        try (TunnelStand stand = new TunnelStand(transport, null);
                Socket client = stand.connect();
                Socket server = stand.accept()) {
            client.getOutputStream().write(1);
            assertThat(server.getInputStream().read()).isEqualTo(1);
            stand.pass(TunnelStand.IDLE.plusSeconds(1));

            assertThat(stand.awaitEnd()).isEqualTo("1 0 idle");
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(server.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static Duration cpuOfLoopDuring(TunnelStand stand, Duration time) throws Exception {
        long thread = stand.loop.eventLoop().submit(() -> Thread.currentThread().threadId()).get();
        var threads = ManagementFactory.getThreadMXBean();
        long before = threads.getThreadCpuTime(thread);
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        return Duration.ofNanos(threads.getThreadCpuTime(thread) - before);
    }

    /** Bytes read from upstream and bytes held, once ten looks in a row see no change. */
    private static long[] settled(TunnelStand stand, Tunnel tunnel) throws Exception {
        long[] last = {-1, -1};
        for (int same = 0; same < 10; ) {
            long[] look =
                    stand.loop
                            .eventLoop()
                            .submit(() -> new long[] {tunnel.down(), tunnel.pendingBytes()})
                            .get();
            same = look[0] == last[0] && look[0] > 0 ? same + 1 : 0;
            last = look;
            LockSupport.parkNanos(20_000_000);
        }
        return last;
    }

    private static FutureTask<Integer> start(Socket reader) {
        FutureTask<Integer> read = new FutureTask<>(() -> drain(reader.getInputStream()));
        Thread.startVirtualThread(read);
        return read;
    }

    private static int drain(InputStream in) throws IOException {
        byte[] buffer = new byte[65_536];
        int all = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            all += n;
        }
        return all;
    }
}
