package dev.sallyport.core.boot.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Names on demand must lead here in DNS, where the settings say so. */
@Isolated("starts real programs and waits for them")
@Timeout(120)
final class OnDemandDnsIT {
    private static final String ROUTES =
            """
            routes:
              shop: {host: "*.shop.example.com", respond: 200}
            """;

    @TempDir private Path folder;

    @Test
    void ordersOnlyWhatLeadsHere() throws Exception {
        try (Pebble pebble = Pebble.start(folder.resolve("pebble"))) {
            pebble.dns("add-a", addresses("b", "198.51.100.7"));
            pebble.dns("set-servfail", "{\"host\": \"c.shop.example.com\"}");
            pebble.dns(
                    "set-cname",
                    "{\"host\": \"d.shop.example.com\", \"target\": \"b.shop.example.com\"}");
            pebble.dns("add-a", addresses("e", "198.51.100.7"));
            pebble.dns("add-aaaa", addresses("e", "2001:db8:7::1"));
            String yaml = yaml(pebble, pebble.dnsPort(), "names: \"*.shop.example.com\"");
            try (TestEdge edge = TestEdge.start(folder, pebble, yaml)) {
                pebble.await("owner", () -> edge.get("/certs").contains("\"orders\" : true"));

                assertThat(Clients.certificate(pebble.tlsPort, name("b"))).isNull();
                assertThat(Clients.certificate(pebble.tlsPort, name("b"))).isNull();
                assertThat(questions(pebble, "b")).isEqualTo(2); // A and AAAA, once
                assertThat(Clients.certificate(pebble.tlsPort, name("d"))).isNull();
                assertThat(Clients.certificate(pebble.tlsPort, name("c"))).isNull();

                assertThat(pebble.orders()).isZero();
                assertThat(decisions(edge, "resolves-elsewhere")).isEqualTo("3.0");
                assertThat(decisions(edge, "unresolved")).isEqualTo("1.0");
                assertThat(edge.get("/certs/plan"))
                        .contains("DNS has 198.51.100.7 (expected: one of resolves-to)")
                        .contains("DNS: 127.0.0.1:" + pebble.dnsPort() + ": SERVFAIL");

                assertThat(Clients.certificate(pebble.tlsPort, name("a"))).isNotNull();
                assertThat(pebble.orders()).isEqualTo(1);
                assertThat(Clients.certificate(pebble.tlsPort, name("e"))).isNull();
                assertThat(decisions(edge, "ordered")).isEqualTo("2.0"); // one address is enough
            }
        }
    }

    /** The example of the page for users, with another authority, service, server and address. */
    @Test
    void asksDnsOnlyAboutNamesThatTheServiceKnows() throws Exception {
        try (Pebble pebble = Pebble.start(folder.resolve("pebble"));
                AskService ask = AskService.start("www.customer.example.com")) {
            String yaml =
                    OnDemandIT.example("resolves-to:")
                                    .replace(
                                            "acme:\n",
                                            TestEdge.acme(pebble, "").stripTrailing() + "\n")
                                    .replace(
                                            "http://127.0.0.1:9000/may-have-certificate",
                                            ask.address())
                                    .replace("203.0.113.7", "127.0.0.1")
                            + dns(pebble.dnsPort());
            assertThat(yaml).contains("resolves-to: [127.0.0.1,");
            try (TestEdge edge = TestEdge.start(folder, pebble, yaml)) {
                pebble.await("owner", () -> edge.get("/certs").contains("\"orders\" : true"));
                assertThat(Clients.certificate(pebble.tlsPort, "www.other.example.com")).isNull();

                assertThat(ask.asked).hasSize(1);
                assertThat(pebble.dns("dns-request-history", host("www.other.example.com")))
                        .doesNotContain("www.other");
                pebble.await("served", () -> ObtainIT.isServed(pebble, "www.customer.example.com"));
                assertThat(pebble.dns("dns-request-history", host("www.customer.example.com")))
                        .contains("www.customer");
            }
            assertThat(pebble.orders()).isEqualTo(1);
        }
    }

    /** No answer is a no: nothing is ordered, and handshakes end in time. */
    @Test
    void ordersNothingWhileDnsIsSilent() throws Exception {
        try (Pebble pebble = Pebble.start(folder.resolve("pebble"));
                DatagramSocket silent =
                        new DatagramSocket(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            String yaml = yaml(pebble, silent.getLocalPort(), "names: \"*.shop.example.com\"");
            try (TestEdge edge = TestEdge.start(folder, pebble, yaml)) {
                pebble.await("owner", () -> edge.get("/certs").contains("\"orders\" : true"));
                assertThat(Clients.certificate(pebble.tlsPort, name("a"))).isNull();

                // The handshake waits longer than DNS is asked: this is its answer.
                assertThat(decisions(edge, "unresolved")).isEqualTo("1.0");
                assertThat(edge.get("/certs/plan")).contains(": timeout\"");
                assertThat(pebble.orders()).isZero();
            }
        }
    }

    private static String name(String label) {
        return label + ".shop.example.com";
    }

    private static String host(String name) {
        return "{\"host\": \"" + name + "\"}";
    }

    private static String addresses(String label, String address) {
        return "{\"host\": \"" + name(label) + "\", \"addresses\": [\"" + address + "\"]}";
    }

    private static int questions(Pebble pebble, String label) throws Exception {
        return pebble.dns("dns-request-history", host(name(label))).split("\"Qtype\"", -1).length
                - 1;
    }

    private static String decisions(TestEdge edge, String decision) {
        String start = "sallyport_on_demand_total{decision=\"" + decision + "\"} ";
        return edge.get("/metrics")
                .lines()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()))
                .findFirst()
                .orElse("none");
    }

    private static String dns(int port) {
        return "dns: {servers: \"127.0.0.1:" + port + "\", timeout: 500ms}\n";
    }

    private static String yaml(Pebble pebble, int dnsPort, String onDemand) {
        return "limits: {handshake-timeout: 40s}\n"
                + dns(dnsPort)
                + TestEdge.acme(
                        pebble,
                        "on-demand: {resolves-to: [127.0.0.0/8, \"2001:db8:7::/64\"], patience: 30s, "
                                + onDemand
                                + "}")
                + ROUTES;
    }
}
