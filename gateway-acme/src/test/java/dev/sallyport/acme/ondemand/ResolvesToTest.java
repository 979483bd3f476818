package dev.sallyport.acme.ondemand;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ResolvesToTest {
    private static final String NAME = "a.shop.example.com";

    @TempDir private Path folder;

    @Test
    void holdsARenewalForAWhileWhenDnsIsOut() throws Exception {
        try (var stand = GateStand.start(folder, "names: " + NAME)) {
            stand.want(NAME);
            stand.await(() -> stand.orders.taken.contains(NAME));
            int port = portOfNobody();
            stand.serve(
                    """
                    acme: {on-demand: {names: %s, resolves-to: 192.0.2.0/24}}
                    dns: {servers: "127.0.0.1:%d", timeout: 100ms}
                    """
                                    .formatted(NAME, port)
                            + GateStand.ROUTES);
            var held = Objects.requireNonNull(stand.gate.held(List.of(NAME), true));

            assertThat(held.reason()).startsWith("DNS: 127.0.0.1:" + port + ": ");
            assertThat(held.until()).isEqualTo(stand.clock.instant().plus(Duration.ofMinutes(10)));
        }
    }

    private static int portOfNobody() throws Exception {
        try (var socket =
                new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            return socket.getLocalPort();
        }
    }
}
