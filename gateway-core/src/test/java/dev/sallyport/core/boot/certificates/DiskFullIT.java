package dev.sallyport.core.boot.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real disk that is full at each step of a renewal: nothing served is lost, nothing ordered
 * twice.
 */
@Isolated("starts real programs and waits for them")
@Timeout(240)
final class DiskFullIT {
    private static final String HOST = "shop.example.com";
    private static final String ROUTES = "routes: {shop: {host: shop.example.com, respond: 200}}\n";

    @TempDir private Path folder;
    private Pebble pebble;
    private FaultProxy proxy;
    private FullDisk disk;

    @BeforeEach
    void start() throws Exception {
        disk = FullDisk.mount(folder.resolve("state"));
        pebble = Pebble.start(folder.resolve("pebble"));
        proxy = FaultProxy.start(pebble);
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        pebble.close();
        disk.close();
    }

    private TestEdge edge() throws Exception {
        String acme =
                """
                acme:
                  authorities: {pebble: {directory: "%s", ca-file: "%s"}}
                """
                        .formatted(proxy.directory(), pebble.caFile);
        return TestEdge.start(folder, pebble, acme + ROUTES);
    }

    /** The key cannot be kept, so the authority is not even asked. */
    @Test
    void ordersNothingThatItCouldNotKeep() throws Exception {
        try (TestEdge edge = edge()) {
            pebble.await("served", () -> ObtainIT.isServed(pebble, HOST));
            String old = serial();
            disk.fill();
            edge.post("/certs/renew?name=" + HOST);
            pebble.await("told", () -> isTold(edge));

            assertThat(pebble.orders()).isEqualTo(1);
            assertThat(serial()).isEqualTo(old);

            recover(edge, old);
        }
        assertThat(pebble.certificates()).isEqualTo(2);
    }

    /** Full from before the authority has the request, or from when it has answered it. */
    @ParameterizedTest
    @ValueSource(strings = {"/order-plz", "/authZ/", "/finalize-order/"})
    void keepsServingWhateverStepItStrikes(String step) throws Exception {
        AtomicBoolean isArmed = new AtomicBoolean();
        AtomicBoolean isFull = new AtomicBoolean();
        proxy.fault((request, forward) -> {
            if (request.path().startsWith(step) && isArmed.compareAndSet(true, false)) {
                disk.fill();
                isFull.set(true);
            }
            return forward.run();
        });
        try (TestEdge edge = edge()) {
            pebble.await("served", () -> ObtainIT.isServed(pebble, HOST));
            String old = serial();
            isArmed.set(true);
            edge.post("/certs/renew?name=" + HOST);
            pebble.await("full", isFull::get);
            pebble.await("told", () -> isTold(edge));
            assertThat(serial()).isNotEmpty();

            recover(edge, old);
        }
        assertThat(pebble.certificates()).isEqualTo(2);
        assertThat(pebble.orders()).isLessThanOrEqualTo(3);
    }

    /**
     * What the authority issued is served from memory until it can be kept; it is the same then.
     */
    @Test
    void servesWhatItCannotKeep() throws Exception {
        AtomicBoolean isArmed = new AtomicBoolean();
        proxy.fault((request, forward) -> {
            FaultProxy.Reply reply = forward.run();
            if (request.path().startsWith("/certZ/") && isArmed.compareAndSet(true, false)) {
                disk.fill();
            }
            return reply;
        });
        String renewed;
        try (TestEdge edge = edge()) {
            pebble.await("served", () -> ObtainIT.isServed(pebble, HOST));
            String old = serial();
            isArmed.set(true);
            edge.post("/certs/renew?name=" + HOST);
            pebble.await("served from memory", () -> !serial().equals(old));
            renewed = serial();
            assertThat(edge.get("/certs")).contains("unsaved");

            disk.clear();
            pebble.await("saved", () -> edge.isIdle() && !edge.get("/certs").contains("unsaved"));
            assertThat(serial()).isEqualTo(renewed);
        }
        try (TestEdge edge = edge()) {
            edge.pebble.await("served again", () -> serial().equals(renewed));
        }
        assertThat(pebble.orders()).isEqualTo(2);
    }

    private boolean isTold(TestEdge edge) {
        String shown = edge.get("/certs/show?name=" + HOST);
        return shown.contains("No space left") || shown.contains("unsaved");
    }

    private void recover(TestEdge edge, String old) throws Exception {
        boolean isIssued = edge.get("/certs").contains("unsaved");
        disk.clear();
        if (!isIssued) {
            // Rather than wait for its next try.
            edge.post("/certs/renew?name=" + HOST);
        }
        pebble.await("renewed", () -> !serial().equals(old) && edge.isIdle());
    }

    private String serial() {
        var shown = Clients.certificate(pebble.tlsPort, HOST);
        return shown == null ? "" : shown.getSerialNumber().toString(16);
    }
}
