package dev.sallyport.core.boot.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Edges that are processes: several on one folder, and killed at the worst moments. */
@Isolated("starts real programs and waits for them")
@Timeout(240)
final class ProcessesIT {
    private static final String ROUTES = "routes: {shop: {host: shop.example.com, respond: 200}}\n";

    @TempDir private Path folder;

    @Test
    void twoOnOneFolderOrderOnceAndTheSecondGoesOn() throws Exception {
        Path storage = folder.resolve("state");
        int http = Pebble.freePort();
        int tls = Pebble.freePort();
        try (Pebble pebble = Pebble.start(folder.resolve("pebble"))) {
            String yaml = TestEdge.acme(pebble, "") + ROUTES;
            try (EdgeProcess first =
                            EdgeProcess.start(
                                    folder, "one", pebble.httpPort, pebble.tlsPort, storage, yaml);
                    EdgeProcess second = second(first, pebble, http, tls, storage, yaml)) {
                pebble.await("served by the first", () -> isServed(pebble.tlsPort));
                pebble.await("served by the second", () -> isServed(tls));

                assertThat(serial(tls)).isEqualTo(serial(pebble.tlsPort));
                assertThat(pebble.orders()).isEqualTo(1);
                assertThat(second.log()).doesNotContain("ordered by this process");

                first.kill();

                pebble.await(
                        "the second orders",
                        () -> second.log().contains("certificates are ordered by this process"));
            }
        }
    }

    private EdgeProcess second(
            EdgeProcess first, Pebble pebble, int http, int tls, Path storage, String yaml)
            throws IOException {
        pebble.await(
                "the first orders",
                () -> first.log().contains("certificates are ordered by this process"));
        return EdgeProcess.start(folder, "two", http, tls, storage, yaml);
    }

    /** Killed when the request was sent on, or when its answer is about to come back. */
    @ParameterizedTest
    @CsvSource({
        "/sign-me-up, before",
        "/sign-me-up, after",
        "/order-plz, before",
        "/order-plz, after",
        "/authZ/, after",
        "/chalZ/, before",
        "/chalZ/, after",
        "/finalize-order/, before",
        "/finalize-order/, after",
        "/certZ/, before",
        "/certZ/, after"
    })
    void goesOnWhereItWasKilled(String step, String moment) throws Exception {
        Path storage = folder.resolve("state");
        try (Pebble pebble = Pebble.start(folder.resolve("pebble"));
                FaultProxy proxy = FaultProxy.start(pebble)) {
            String yaml =
                    """
                    acme:
                      authorities: {pebble: {directory: "%s", ca-file: "%s"}}
                    """
                                    .formatted(proxy.directory(), pebble.caFile)
                            + ROUTES;
            AtomicReference<@Nullable EdgeProcess> victim = new AtomicReference<>();
            proxy.fault((request, forward) -> {
                boolean isStep = request.path().startsWith(step);
                if (isStep && moment.equals("before")) {
                    kill(victim);
                }
                FaultProxy.Reply reply = forward.run();
                if (isStep && reply.status() < 300 && moment.equals("after")) {
                    kill(victim);
                }
                return reply;
            });
            EdgeProcess started =
                    EdgeProcess.start(
                            folder, "one", pebble.httpPort, pebble.tlsPort, storage, yaml);
            victim.set(started);
            pebble.await("killed at " + step, () -> victim.get() == null);

            try (EdgeProcess again =
                    EdgeProcess.start(
                            folder, "one", pebble.httpPort, pebble.tlsPort, storage, yaml)) {
                pebble.await("served: " + again.log(), () -> isServed(pebble.tlsPort));
            }

            assertThat(pebble.orders()).isLessThanOrEqualTo(2);
            assertThat(pebble.certificates()).isEqualTo(1);
        }
    }

    private static void kill(AtomicReference<@Nullable EdgeProcess> victim) {
        EdgeProcess found = victim.getAndSet(null);
        if (found != null) {
            found.kill();
        }
    }

    private static boolean isServed(int port) {
        return Clients.certificate(port, "shop.example.com") != null;
    }

    private static String serial(int port) {
        return Objects.requireNonNull(Clients.certificate(port, "shop.example.com"))
                .getSerialNumber()
                .toString(16);
    }
}
