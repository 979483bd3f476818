package dev.sallyport.core.boot.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Certificates that last for seconds, so that a year goes by in a minute. */
@Isolated("starts real programs and waits for them")
@Timeout(400)
final class RenewIT {
    private static final int RENEWALS = 10;
    private static final int CLIENTS = 50;
    private static final long PAUSE_NANOS = 50_000_000;

    /** Seconds; {@code -Dacme.lifetime=60} for the long run. */
    private static final int LIFETIME = Integer.getInteger("acme.lifetime", 16);

    @TempDir private Path folder;

    @Test
    void renewsTenTimesUnderLoadWithoutAFailure() throws Exception {
        Set<String> serials = ConcurrentHashMap.newKeySet();
        AtomicInteger answered = new AtomicInteger();
        Set<String> failures = ConcurrentHashMap.newKeySet();
        AtomicBoolean isOver = new AtomicBoolean();
        try (Pebble pebble =
                        Pebble.start(
                                folder.resolve("pebble"),
                                Pebble.Settings.USUAL.lasting(Duration.ofSeconds(LIFETIME)));
                TestEdge edge =
                        TestEdge.start(
                                folder,
                                pebble,
                                TestEdge.acme(pebble, "")
                                        + "routes: {shop: {host: shop.example.com, respond: 200}}");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            edge.pebble.await("first", () -> ObtainIT.isServed(pebble, "shop.example.com"));
            for (int i = 0; i < CLIENTS; i++) {
                threads.submit(() -> {
                    while (!isOver.get()) {
                        try {
                            String answer = Clients.get(pebble.tlsPort, "shop.example.com", "/");
                            if (answer.startsWith("HTTP/1.1 200 ")) {
                                answered.incrementAndGet();
                            } else {
                                failures.add(answer);
                            }
                        } catch (Exception e) {
                            failures.add(e.toString());
                        }
                        LockSupport.parkNanos(10 * PAUSE_NANOS);
                    }
                });
            }
            long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
            while (serials.size() <= RENEWALS && System.nanoTime() - end < 0) {
                var shown = Clients.certificate(pebble.tlsPort, "shop.example.com");
                if (shown == null) {
                    failures.add("handshake refused");
                } else {
                    shown.checkValidity();
                    serials.add(shown.getSerialNumber().toString(16));
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            isOver.set(true);
        }

        assertThat(failures).isEmpty();
        assertThat(serials).hasSizeGreaterThan(RENEWALS);
        assertThat(answered.get()).isGreaterThan(CLIENTS);
    }
}
