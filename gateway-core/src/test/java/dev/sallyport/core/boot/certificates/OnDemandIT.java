package dev.sallyport.core.boot.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A certificate is obtained when the first client asks for its name, within every brake. */
@Isolated("starts real programs and waits for them")
@Timeout(120)
final class OnDemandIT {
    private static final String ROUTES =
            """
            routes:
              shop: {host: "*.shop.example.com", respond: 200}
            """;

    @TempDir private Path folder;

    @Test
    void orderOnceForAllWhoWaitAndKeepsTheName() throws Exception {
        try (Pebble pebble = Pebble.start(folder.resolve("pebble"));
                AskService ask = AskService.start("a.shop.example.com")) {
            String yaml = yaml(pebble, "ask: \"" + ask.address() + "\", patience: 30s") + ROUTES;
            try (TestEdge edge = TestEdge.start(folder, pebble, yaml)) {
                pebble.await("owner", () -> edge.get("/certs").contains("\"orders\" : true"));
                List<String> shown = handshakes(pebble.tlsPort, "a.shop.example.com", 50);

                assertThat(shown).hasSize(50).allMatch(issuer -> issuer.contains("Pebble"));
                assertThat(pebble.orders()).isEqualTo(1);
                assertThat(ask.asked).hasSize(1);
                assertThat(ask.asked.getFirst())
                        .isEqualTo("key=1&domain=a.shop.example.com&client_ip=127.0.0.1");
                assertThat(edge.get("/certs")).contains("\"on-demand\" : true");

                assertThat(Clients.certificate(pebble.tlsPort, "b.shop.example.com")).isNull();
                assertThat(Clients.certificate(pebble.tlsPort, "b.shop.example.com")).isNull();
                assertThat(Clients.certificate(pebble.tlsPort, "a.other.example.com")).isNull();
                assertThat(ask.asked).hasSize(2);

                edge.change(yaml.replace("respond: 200", "respond: 201"));
                assertThat(Clients.get(pebble.tlsPort, "a.shop.example.com", "/"))
                        .startsWith("HTTP/1.1 201 ");
            }
            try (TestEdge edge = TestEdge.start(folder, pebble, yaml)) {
                assertThat(Clients.certificate(pebble.tlsPort, "a.shop.example.com")).isNotNull();
                assertThat(edge.get("/certs")).contains("\"on-demand\" : true");
            }
            assertThat(pebble.orders()).isEqualTo(1);
        }
    }

    /** A hello over QUIC cannot wait: it is refused and begins the order, the next is served. */
    @Test
    void refusesTheFirstByQuicAndServesTheNext() throws Exception {
        String name = "a.shop.example.com";
        try (Pebble pebble = Pebble.start(folder.resolve("pebble"));
                AskService ask = AskService.start(name)) {
            String yaml = yaml(pebble, "ask: \"" + ask.address() + "\"") + ROUTES;
            try (TestEdge edge = TestEdge.start(folder, pebble, yaml)) {
                pebble.await("owner", () -> edge.get("/certs").contains("\"orders\" : true"));

                assertThat(QuicClients.get(folder, pebble.tlsPort, name))
                        .contains("CRYPTO_ERROR(0x170)"); // unrecognized_name
                pebble.await("ordered", () -> edge.isIdle() && pebble.certificates() == 1);

                assertThat(QuicClients.get(folder, pebble.tlsPort, name))
                        .contains("[:status: 200]");
                assertThat(QuicClients.certificate(pebble.tlsPort, name))
                        .isEqualTo(Clients.certificate(pebble.tlsPort, name))
                        .satisfies(shown -> assertThat(issuer(shown)).contains("Pebble"));
                assertThat(pebble.orders()).isEqualTo(1);
                assertThat(ask.asked)
                        .containsExactly("key=1&domain=" + name + "&client_ip=127.0.0.1");
            }
        }
    }

    /** The example of the page for users runs as it stands, with another authority and service. */
    @Test
    void runsTheExampleOfThePage() throws Exception {
        String example = example("  on-demand:");
        try (Pebble pebble = Pebble.start(folder.resolve("pebble"));
                AskService ask = AskService.start("one.shops.example.com")) {
            String yaml =
                    example.replace("acme:\n", TestEdge.acme(pebble, "").stripTrailing() + "\n")
                            .replace("http://127.0.0.1:9000/may-have-certificate", ask.address());
            try (TestEdge edge = TestEdge.start(folder, pebble, yaml)) {
                // The first ones may be refused: the edge begins to order after it serves.
                edge.pebble.await(
                        "served", () -> ObtainIT.isServed(pebble, "one.shops.example.com"));
            }
            assertThat(pebble.orders()).isEqualTo(1);
        }
    }

    /** The first example of the page for users that has this in it. */
    static String example(String part) throws IOException {
        String page = Files.readString(Repository.root().resolve("docs/certificates.md"));
        return Arrays.stream(page.split("```yaml\n", -1))
                .map(each -> each.substring(0, Math.max(0, each.indexOf("```"))))
                .filter(each -> each.contains(part))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void strangersOrderNothing() throws Exception {
        try (Pebble pebble = Pebble.start(folder.resolve("pebble"))) {
            String yaml = yaml(pebble, "names: [a.shop.example.com], patience: 30s") + ROUTES;
            try (TestEdge edge = TestEdge.start(folder, pebble, yaml)) {
                pebble.await("owner", () -> edge.get("/certs").contains("\"orders\" : true"));
                for (int i = 0; i < 100; i++) {
                    String name = "n" + i + (i % 2 == 0 ? ".shop" : ".other") + ".example.com";
                    assertThat(Clients.certificate(pebble.tlsPort, name)).isNull();
                }

                assertThat(pebble.orders()).isZero();
                assertThat(Clients.certificate(pebble.tlsPort, "a.shop.example.com")).isNotNull();
                assertThat(edge.get("/metrics"))
                        .contains("sallyport_on_demand_total{decision=\"not-listed\"} 50.0\n")
                        .contains("sallyport_on_demand_total{decision=\"no-route\"} 50.0\n")
                        .contains("sallyport_on_demand_total{decision=\"ordered\"} 1.0\n")
                        .contains("sallyport_on_demand_names 1.0\n")
                        .contains("_remaining_ratio{certificate=\"on-demand\"} ")
                        .doesNotContain("{certificate=\"a.shop");
                assertThat(edge.get("/certs/plan")).contains("\"new-this-hour\" : 1");
            }
        }
    }

    /** The authority takes its time: the handshake ends with an alert, and the next is served. */
    @Test
    void refusesInTimeAndServesTheNext() throws Exception {
        try (Pebble pebble = Pebble.start(folder.resolve("pebble"));
                FaultProxy proxy = FaultProxy.start(pebble)) {
            CountDownLatch open = new CountDownLatch(1);
            proxy.fault((request, forward) -> {
                if (request.path().equals("/order-plz")) {
                    await(open);
                }
                return forward.run();
            });
            String yaml =
                    yaml(pebble, "names: [a.shop.example.com], patience: 100ms")
                                    .replace(pebble.directory(), proxy.directory())
                            + ROUTES;
            try (TestEdge edge = TestEdge.start(folder, pebble, yaml)) {
                pebble.await("owner", () -> edge.get("/certs").contains("\"orders\" : true"));
                assertThat(Clients.certificate(pebble.tlsPort, "a.shop.example.com")).isNull();
                open.countDown();

                pebble.await("served", () -> ObtainIT.isServed(pebble, "a.shop.example.com"));
            }
            assertThat(pebble.orders()).isEqualTo(1);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String yaml(Pebble pebble, String onDemand) {
        return """
        limits: {handshake-timeout: 40s}
        """
                + TestEdge.acme(pebble, "on-demand: {" + onDemand + "}");
    }

    /** Shakes hands so often at once; the issuers of what was shown. */
    private static List<String> handshakes(int port, String name, int count) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<String>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                all.add(() -> issuer(Clients.certificate(port, name)));
            }
            List<String> issuers = new ArrayList<>();
            for (Future<String> each : threads.invokeAll(all)) {
                issuers.add(each.get());
            }
            return issuers;
        }
    }

    private static String issuer(@Nullable X509Certificate shown) {
        return shown == null ? "" : Objects.toString(shown.getIssuerX500Principal());
    }
}
