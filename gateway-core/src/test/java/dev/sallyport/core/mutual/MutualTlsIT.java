package dev.sallyport.core.mutual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.core.rebuild.ClientIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that prove who they are, by curl and openssl. */
final class MutualTlsIT {
    @TempDir static Path folder;

    private static final String CLIENT = "extendedKeyUsage=clientAuth";

    @BeforeAll
    static void issue() throws Exception {
        var ca = OpensslAuthority.create(folder, "clients");
        ca.issue("alice", CLIENT + "\nsubjectAltName=URI:spiffe://example.org/billing/alice");
        ca.issue("bob", CLIENT);
        ca.issue("server", "extendedKeyUsage=serverAuth");
        ca.issue("sub", "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign");
        new OpensslAuthority(folder, "sub").issue("carol", CLIENT);
        Files.writeString(
                folder.resolve("carol.pem"),
                Files.readString(folder.resolve("carol.pem"))
                        + Files.readString(folder.resolve("sub.pem")));
        OpensslAuthority.create(folder, "foreign").issue("mallory", CLIENT);
        OpensslAuthority.create(folder, "partners").issue("paula", CLIENT);
    }

    private static String yaml(String clients, String route) {
        return """
        listeners:
          web:
            address: "127.0.0.1:0"
            protocols: [h2, http/1.1]
            tls: {client-certificates: %s}
        routes:
          admin: {host: admin.test, %s forward: app}
          open: {forward: app}
        upstreams:
          app: "127.0.0.1:%%d"
        """
                .formatted(clients, route);
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    private static String[] as(String who, String... more) {
        List<String> options =
                new ArrayList<>(List.of("--cert", file(who + ".pem"), "--key", file(who + ".key")));
        options.addAll(List.of(more));
        return options.toArray(String[]::new);
    }

    @Test
    void whoHasNoneOrAForeignOneGetsNoConnectionWhereOneIsRequired() throws Exception {
        try (var edge = MutualEdge.start(folder, yaml("[\"" + file("clients.pem") + "\"]", ""))) {
            for (String version : List.of("--tlsv1.3", "--tls-max=1.2")) {
                String[] tls =
                        version.contains("=")
                                ? new String[] {"--tls-max", "1.2"}
                                : new String[] {version};
                assertThat(Program.curl(edge.port(), "open.test", tls).exit()).isNotZero();
                assertThat(Program.curl(edge.port(), "open.test", as("mallory", tls)).exit())
                        .isNotZero();
                assertThat(Program.curl(edge.port(), "open.test", as("server", tls)).exit())
                        .isNotZero();
                assertThat(Program.curl(edge.port(), "open.test", as("alice", tls)).require())
                        .contains("status=200");
            }
            assertThat(edge.nextClient()).startsWith("CN=alice ");
            edge.awaitMetric("sallyport_tls_handshakes_total{result=\"client-certificate\"} 6.0");
        }
    }

    @Test
    void endpointsAreToldWhoItIsAndNeverByTheClient() throws Exception {
        var alice = Pem.certificates(folder.resolve("alice.pem")).getFirst();
        String told = ":" + Base64.getEncoder().encodeToString(alice.getEncoded()) + ":";
        String[] forged = {
            "--header", "Client-Cert: :AAAA:", "--header", "Client-Cert-Chain: :BBBB:"
        };
        String optional =
                "{ca-files: [\"" + file("clients.pem") + "\"], mode: optional, forward: chain}";
        try (var edge = MutualEdge.start(folder, yaml(optional, ""))) {
            for (String version : List.of("--http1.1", "--http2")) {
                var known =
                        Program.curl(
                                        edge.port(),
                                        "open.test",
                                        as(
                                                "alice", forged[0], forged[1], forged[2], forged[3],
                                                version))
                                .require();
                assertThat(known)
                        .contains("client-cert: " + told)
                        .doesNotContain("AAAA:", "client-cert-chain", ":BBBB:");
                var unknown =
                        Program.curl(
                                        edge.port(),
                                        "open.test",
                                        forged[0],
                                        forged[1],
                                        forged[2],
                                        forged[3],
                                        version)
                                .require();
                assertThat(unknown).contains("status=200").doesNotContain("client-cert");
            }
            assertThat(edge.nextClient())
                    .isEqualTo("CN=alice " + ClientIdentity.fingerprint(alice));
            assertThat(edge.nextClient()).isEqualTo(" ");
        }
    }

    @Test
    void anIntermediateIsToldAndMayBePinned() throws Exception {
        var sub = Pem.certificates(folder.resolve("sub.pem")).getFirst();
        String told = ":" + Base64.getEncoder().encodeToString(sub.getEncoded()) + ":";
        String chain = "{ca-files: [\"" + file("clients.pem") + "\"], forward: chain}";
        try (var edge = MutualEdge.start(folder, yaml(chain, ""))) {
            assertThat(Program.curl(edge.port(), "open.test", as("carol")).require())
                    .contains("client-cert-chain: " + told + "\n");
        }
        String pinned = "{ca-files: [\"" + file("sub.pem") + "\"], forward: none}";
        try (var edge = MutualEdge.start(folder, yaml(pinned, ""))) {
            assertThat(Program.curl(edge.port(), "open.test", as("carol")).require())
                    .contains("status=200")
                    .doesNotContain("client-cert");
            assertThat(Program.curl(edge.port(), "open.test", as("alice")).exit()).isNotZero();
        }
        String all = "[\"" + file("clients.pem") + "\"]";
        String filter =
                "filters: [client-certificate: {issuer-files: [\"" + file("sub.pem") + "\"]}],";
        try (var edge = MutualEdge.start(folder, yaml(all, filter))) {
            assertThat(status(edge, "carol")).isEqualTo("200");
            assertThat(status(edge, "alice")).isEqualTo("403");
        }
    }

    @Test
    void routesLetInByNameAndIssuer() throws Exception {
        String both =
                "{ca-files: [\""
                        + file("clients.pem")
                        + "\", \""
                        + file("partners.pem")
                        + "\"], mode: optional}";
        String filter =
                "filters: [client-certificate: {names: [\"spiffe://example.org/billing/*\","
                        + " paula], issuer-files: [\""
                        + file("clients.pem")
                        + "\"]}],";
        try (var edge = MutualEdge.start(folder, yaml(both, filter))) {
            assertThat(status(edge, "alice")).isEqualTo("200");
            assertThat(status(edge, "bob")).isEqualTo("403");
            assertThat(status(edge, "paula")).isEqualTo("403"); // of another issuer
            assertThat(Program.curl(edge.port(), "admin.test").require()).contains("status=403");
            assertThat(Program.curl(edge.port(), "open.test").require()).contains("status=200");
        }
    }

    private static String status(MutualEdge edge, String who) throws Exception {
        String output = Program.curl(edge.port(), "admin.test", as(who)).require();
        return output.replaceAll("(?s).*status=([0-9]+).*", "$1");
    }

    @Test
    void anotherNameInTheHelloIsNoWayAround() throws Exception {
        String hosts = "{ca-files: [\"" + file("clients.pem") + "\"], hosts: [admin.test]}";
        try (var edge =
                MutualEdge.start(folder, yaml(hosts, "filters: [client-certificate: {}],"))) {
            assertThat(Program.curl(edge.port(), "open.test").require()).contains("status=200");
            assertThat(Program.curl(edge.port(), "admin.test").exit()).isNotZero();
            assertThat(status(edge, "alice")).isEqualTo("200");
            for (String version : List.of("--http1.1", "--http2")) {
                assertThat(
                                Program.curl(
                                                edge.port(),
                                                "open.test",
                                                as(
                                                        "alice",
                                                        version,
                                                        "--header",
                                                        "Host: admin.test"))
                                        .require())
                        .contains("status=421");
            }
        }
    }

    @Test
    void aBrokenFileClosesAndAGoodOneOpensAgain() throws Exception {
        Path file = Files.copy(folder.resolve("clients.pem"), folder.resolve("changing.pem"));
        String good = Files.readString(file);
        String optional = "{ca-files: [\"" + file + "\"], mode: optional}";
        String filter = "filters: [client-certificate: {}],";
        try (var edge = MutualEdge.start(folder, yaml(optional, filter))) {
            assertThat(status(edge, "alice")).isEqualTo("200");

            Files.writeString(file, good.substring(0, 100));
            edge.gateway().refreshTls(); // it may be half written
            assertThat(status(edge, "alice")).isEqualTo("200");
            edge.gateway().refreshTls();
            assertThat(status(edge, "alice")).isEqualTo("403");
            assertThat(Program.curl(edge.port(), "open.test").require()).contains("status=200");
            assertThat(edge.gateway().tlsProblems())
                    .singleElement()
                    .asString()
                    .contains("listeners.web.tls.client-certificates: " + file + ": cut short");

            Files.writeString(file, good);
            edge.gateway().refreshTls();
            assertThat(status(edge, "alice")).isEqualTo("200");
            assertThat(edge.gateway().tlsProblems()).isEmpty();

            Files.delete(file);
            edge.gateway().refreshTls();
            edge.gateway().refreshTls();
            assertThat(status(edge, "alice")).isEqualTo("403");
            assertThat(edge.gateway().tlsProblems().getFirst()).contains("does not exist");
        }
    }

    @Test
    void withoutAGoodAuthorityWhereOneIsRequiredNobodyGetsIn() throws Exception {
        OpensslAuthority.openssl(
                "x509",
                "-in",
                file("clients.pem"),
                "-signkey",
                file("clients.key"),
                "-clrext",
                "-extfile",
                Files.writeString(folder.resolve("ca.ext"), "basicConstraints=CA:TRUE\n")
                        .toString(),
                "-days",
                "-1",
                "-out",
                file("expired.pem"));
        for (var each :
                List.of(
                        List.of("expired.pem", "CN=clients expired "),
                        List.of("clients.key", "no certificate (expected: "),
                        List.of("alice.pem", "CN=alice, no authority (expected: CA:TRUE)"),
                        List.of("absent.pem", "does not exist"))) {
            try (var edge = MutualEdge.start(folder, yaml("[\"" + file(each.get(0)) + "\"]", ""))) {
                assertThat(Program.curl(edge.port(), "open.test", as("alice")).exit()).isNotZero();
                assertThat(edge.gateway().tlsProblems())
                        .singleElement()
                        .asString()
                        .contains(file(each.get(0)) + ": ")
                        .contains(each.get(1));
                edge.awaitMetric(
                        "sallyport_tls_handshakes_total{result=\"no-client-authority\"} 1.0");
                String checked = yaml("[\"" + file(each.get(0)) + "\"]", "").replace("%d", "9");
                assertThat(MutualEdge.problems(folder, checked))
                        .anyMatch(line ->
                                line.contains(file(each.get(0)))
                                        && line.contains("and lets nobody in"));
            }
        }
    }

    @Test
    void aResumedSessionKeepsItsClientUntilTheAuthoritiesChange() throws Exception {
        Path file = Files.copy(folder.resolve("clients.pem"), folder.resolve("resumed.pem"));
        try (var edge = MutualEdge.start(folder, yaml("[\"" + file + "\"]", ""))) {
            Path session = folder.resolve("session");
            for (String version : List.of("-tls1_3", "-tls1_2")) {
                assertThat(ask(edge, version, "-sess_out", session)).contains("New, TLSv1");
                assertThat(ask(edge, version, "-sess_in", session))
                        .contains("Reused, TLSv1")
                        .contains("client-cert: :");
                // The same authority and one more: a session of before is none of this one's.
                Files.writeString(
                        file,
                        Files.readString(folder.resolve("clients.pem"))
                                + Files.readString(
                                        folder.resolve(
                                                version.equals("-tls1_3")
                                                        ? "foreign.pem"
                                                        : "partners.pem")));
                edge.gateway().refreshTls();
                assertThat(ask(edge, version, "-sess_in", session))
                        .doesNotContain("Reused")
                        .contains("client-cert: :");
            }
        }
    }

    private static String ask(MutualEdge edge, String version, String option, Path session)
            throws Exception {
        return Program.talk(
                List.of(
                        "openssl",
                        "s_client",
                        "-connect",
                        "127.0.0.1:" + edge.port(),
                        "-servername",
                        "open.test",
                        version,
                        "-cert",
                        file("alice.pem"),
                        "-key",
                        file("alice.key"),
                        option,
                        session.toString()),
                "GET / HTTP/1.1\r\nhost: open.test\r\nconnection: close\r\n\r\n");
    }

    @Test
    void connectionsOfBeforeAreAskedByAnotherConnection() throws Exception {
        try (var edge =
                        MutualEdge.start(
                                folder,
                                yaml("[\"" + file("clients.pem") + "\"]", "")
                                        .replace(
                                                "{client-certificates: [\""
                                                        + file("clients.pem")
                                                        + "\"]}",
                                                "{}"));
                var client = new KeptConnection(edge.port(), "open.test")) {
            assertThat(client.ask()).startsWith("HTTP/1.1 200");

            edge.apply(yaml("{ca-files: [\"" + file("clients.pem") + "\"]}", ""));

            // It ends in good order, or is told to come again by another.
            assertThat(client.ask())
                    .satisfiesAnyOf(
                            answer -> assertThat(answer).contains("HTTP/1.1 421 "),
                            answer -> assertThat(answer).isEmpty());
        }
    }

    @Test
    void checkTellsWhereNobodyIsAsked() throws Exception {
        String clients = "{ca-files: [\"" + file("absent.pem") + "\"], hosts: [other.test]}";
        assertThat(
                        MutualEdge.problems(
                                folder,
                                yaml(clients, "filters: [client-certificate: {}],")
                                        .replace("%d", "9")))
                .anyMatch(each ->
                        each.contains(
                                "client-certificate for \"admin.test\", for which listener"
                                        + " \"web\" asks for none"))
                .anyMatch(each -> each.contains("absent.pem\" cannot be read, and lets nobody in"));
    }
}
