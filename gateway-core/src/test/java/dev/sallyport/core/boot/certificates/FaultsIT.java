package dev.sallyport.core.boot.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.storage.CertificateId;
import dev.sallyport.core.boot.certificates.FaultProxy.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Authorities that fail, and a disk that does: the catalogue of what happened to others. */
@Isolated("starts real programs and waits for them")
@Timeout(240)
final class FaultsIT {
    private static final String ROUTES = "routes: {shop: {host: shop.example.com, respond: 200}}\n";

    private static final String ID = CertificateId.of(List.of("shop.example.com"));

    @TempDir private Path folder;
    private Pebble pebble;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws Exception {
        pebble = Pebble.start(folder.resolve("pebble"));
        proxy = FaultProxy.start(pebble);
    }

    @AfterEach
    void stop() {
        proxy.close();
        pebble.close();
    }

    private String acme(String more) {
        return """
        acme:
          authorities: {pebble: {directory: "%s", ca-file: "%s"}%s}
        """
                        .formatted(proxy.directory(), pebble.caFile, more)
                + ROUTES;
    }

    @Test
    void goesOnAfterAPageInPlaceOfAnAnswerAndALimit() throws Exception {
        AtomicInteger orders = new AtomicInteger();
        proxy.fault((request, forward) -> {
            if (!request.path().equals("/order-plz")) {
                return forward.run();
            }
            return switch (orders.incrementAndGet()) {
                case 1 -> Reply.of(503, "text/html", "<h1>busy</h1>", "retry-after", "1");
                case 2 -> Reply.problem(429, "rateLimited", "too many", "retry-after", "1");
                default -> forward.run();
            };
        });
        try (TestEdge edge = TestEdge.start(folder, pebble, acme(""))) {
            edge.pebble.await("served", () -> ObtainIT.isServed(pebble, "shop.example.com"));
        }

        assertThat(pebble.orders()).isEqualTo(1);
        assertThat(orders.get()).isLessThanOrEqualTo(6); // nonces are refused now and then
    }

    @Test
    void asksTheNextAuthorityWhenTheFirstLimits() throws Exception {
        proxy.fault((request, forward) ->
                request.path().equals("/order-plz")
                        ? Reply.problem(429, "rateLimited", "too many", "retry-after", "86400")
                        : forward.run());
        String second =
                ", second: {directory: \""
                        + pebble.directory()
                        + "\", ca-file: \""
                        + pebble.caFile
                        + "\"}";
        try (TestEdge edge = TestEdge.start(folder, pebble, acme(second))) {
            edge.pebble.await("served", () -> ObtainIT.isServed(pebble, "shop.example.com"));
        }

        assertThat(pebble.orders()).isEqualTo(1);
    }

    @Test
    void renewsInTheWindowOfTheAuthorityAndSaysWhatItReplaces() throws Exception {
        AtomicInteger refused = new AtomicInteger();
        proxy.window("2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z"); // of no certificate of now
        proxy.fault((request, forward) -> {
            if (request.path().equals("/order-plz") && request.payload().contains("replaces")) {
                refused.incrementAndGet();
                return Reply.problem(409, "alreadyReplaced", "replaced already");
            }
            return forward.run();
        });
        try (TestEdge edge = TestEdge.start(folder, pebble, acme(""))) {
            edge.pebble.await("served", () -> ObtainIT.isServed(pebble, "shop.example.com"));
            String before = serial();
            assertThat(edge.post("/certs/renew?name=" + ID)).contains("asked");
            pebble.await("renewed", () -> !serial().equals(before));
            assertThat(edge.get("/certs/history?name=" + ID)).contains("renewed");
        }

        assertThat(refused.get()).isGreaterThanOrEqualTo(1);
        assertThat(proxy.orders.getLast()).doesNotContain("replaces");
    }

    @Test
    void fuseEndsRenewalsThatSomebodyAsksForAgainAndAgain() throws Exception {
        try (TestEdge edge = TestEdge.start(folder, pebble, acme(""))) {
            edge.pebble.await("served", () -> ObtainIT.isServed(pebble, "shop.example.com"));
            for (int i = 2; i <= 3; i++) {
                int expected = i;
                edge.post("/certs/renew?name=shop.example.com");
                pebble.await("renewed", () -> pebble.certificates() == expected && edge.isIdle());
            }
            edge.post("/certs/renew?name=shop.example.com");
            pebble.await(
                    "held",
                    () -> edge.get("/certs/show?name=shop.example.com").contains("our own limit"));

            assertThat(pebble.certificates()).isEqualTo(3);
            assertThat(edge.get("/metrics")).contains("sallyport_certificate_fuse_blocked_total 1");
        }
    }

    @Test
    void servesFromMemoryWhatTheDiskRefusesAndOrdersOnce() throws Exception {
        Path current = folder.resolve("state/acme/live/" + ID + "/current");
        Files.createDirectories(current.resolve("in-the-way"));
        try (TestEdge edge = TestEdge.start(folder, pebble, acme(""))) {
            edge.pebble.await("served", () -> ObtainIT.isServed(pebble, "shop.example.com"));
            String serial = serial();
            assertThat(edge.get("/certs")).contains("unsaved");

            Files.delete(current.resolve("in-the-way"));
            Files.delete(current);
            pebble.await("saved", () -> Files.isRegularFile(current));

            assertThat(serial()).isEqualTo(serial);
        }
        try (TestEdge edge = TestEdge.start(folder, pebble, acme(""))) {
            assertThat(ObtainIT.isServed(edge.pebble, "shop.example.com")).isTrue();
        }
        assertThat(pebble.orders()).isEqualTo(1);
    }

    @Test
    void takesThePreviousGenerationWhenTheNewestIsDamaged() throws Exception {
        try (TestEdge edge = TestEdge.start(folder, pebble, acme(""))) {
            edge.pebble.await("served", () -> ObtainIT.isServed(pebble, "shop.example.com"));
            edge.post("/certs/renew?name=shop.example.com");
            pebble.await("renewed", () -> edge.get("/certs").contains("\"generation\" : 2"));
        }
        Files.writeString(folder.resolve("state/acme/live/" + ID + "/2/bundle.pem"), "");

        try (TestEdge edge = TestEdge.start(folder, pebble, acme(""))) {
            assertThat(ObtainIT.isServed(edge.pebble, "shop.example.com")).isTrue();
            assertThat(edge.get("/certs")).contains("\"generation\" : 1").contains("bundle.pem");
        }
    }

    @Test
    void tellsWhyANameCannotBeProvenAndServesTheOthers() throws Exception {
        pebble.dns("set-servfail", "{\"host\": \"lost.example.com.\"}");
        String routes =
                """
                routes:
                  shop: {host: shop.example.com, respond: 200}
                  lost: {host: lost.example.com, respond: 200}
                """;
        try (TestEdge edge = TestEdge.start(folder, pebble, TestEdge.acme(pebble, "") + routes)) {
            edge.pebble.await("other served", () -> ObtainIT.isServed(pebble, "shop.example.com"));
            pebble.await(
                    "told",
                    () ->
                            edge.get("/certs/show?name=lost.example.com")
                                    .contains("could not resolve"));

            assertThat(edge.get("/certs/show?name=lost.example.com")).contains("validation");
            assertThat(Clients.certificate(pebble.tlsPort, "lost.example.com")).isNull();
            assertThat(edge.get("/status")).contains("lost.example.com");
        }
    }

    private String serial() {
        var shown = Clients.certificate(pebble.tlsPort, "shop.example.com");
        return shown == null ? "" : shown.getSerialNumber().toString(16);
    }
}
