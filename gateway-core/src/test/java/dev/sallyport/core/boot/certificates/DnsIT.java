package dev.sallyport.core.boot.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Names proven by records: by a real name server, a program, and services of several kinds. */
@Isolated("starts real programs and waits for them")
@Timeout(120)
final class DnsIT {
    private static final String ROUTES =
            """
            routes: {any: {host: "*.shop.example.com", respond: 200}}
            certificates: {both: {acme: [shop.example.com, "*.shop.example.com", alias.example.com]}}
            """;

    @TempDir private Path folder;

    @Test
    void updatesANameServerAlsoWhereAnAliasLeads() throws Exception {
        try (Bind bind = Bind.start(folder.resolve("bind"));
                Pebble pebble =
                        Pebble.start(
                                folder.resolve("pebble"),
                                new Pebble.Settings(
                                        java.time.Duration.ofDays(90),
                                        "127.0.0.1:" + bind.port,
                                        ""));
                TestEdge edge =
                        TestEdge.start(
                                folder,
                                pebble,
                                TestEdge.acme(
                                                pebble,
                                                """
                                                challenges: [dns-01]
                                                  dns:
                                                    rfc2136: {server: "127.0.0.1:%1$d", key-name: sallyport, key: "%2$s"}
                                                    resolvers: ["127.0.0.1:%1$d"]
                                                """
                                                        .formatted(bind.port, Bind.KEY))
                                        + ROUTES)) {
            edge.pebble.await("served", () -> ObtainIT.isServed(pebble, "a.shop.example.com"));

            var shown = Clients.certificate(pebble.tlsPort, "a.shop.example.com");
            assertThat(Objects.requireNonNull(shown).getSubjectAlternativeNames())
                    .extracting(name -> (Object) name.get(1))
                    .containsExactlyInAnyOrder(
                            "shop.example.com", "*.shop.example.com", "alias.example.com");
            assertThat(pebble.orders()).isEqualTo(1);
        }
    }

    @Test
    void runsAProgram() throws Exception {
        try (Pebble pebble = Pebble.start(folder.resolve("pebble"))) {
            Path program = folder.resolve("hook");
            // The server for tests sets and clears a record by a POST, as a hook of one's own
            // would.
            Files.writeString(
                    program,
                    """
                    #!/bin/sh
                    echo "$1 $2 $TOKEN $SECRET" >> %1$s
                    case $1 in
                    present) command=set-txt ;;
                    cleanup) command=clear-txt ;;
                    esac
                    exec curl -sf -d "{\\"host\\": \\"$2\\", \\"value\\": \\"$3\\"}" http://127.0.0.1:%2$d/$command
                    """
                            .formatted(folder.resolve("hook.log"), pebble.dnsManagementPort()));
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
            try (TestEdge edge =
                    TestEdge.start(
                            folder,
                            pebble,
                            TestEdge.acme(
                                            pebble,
                                            """
                                            challenges: [dns-01]
                                              dns:
                                                exec: {program: "%s", environment: {TOKEN: t0k}}
                                                propagation-timeout: 0s
                                            """
                                                    .formatted(program))
                                    + "routes: {any: {host: \"*.example.com\", respond: 200}}")) {
                edge.pebble.await("served", () -> ObtainIT.isServed(pebble, "a.example.com"));

                pebble.await("cleaned up", () -> read("hook.log").contains("cleanup"));
                assertThat(read("hook.log").lines().toList())
                        .first()
                        .isEqualTo("present _acme-challenge.example.com. t0k ");
            }
        }
    }

    @Test
    void asksServices() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (Pebble pebble = Pebble.start(folder.resolve("pebble"))) {
            server.createContext(
                    "/",
                    exchange -> {
                        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                        var fields = exchange.getRequestHeaders();
                        seen.add(
                                exchange.getRequestMethod()
                                        + " "
                                        + exchange.getRequestURI()
                                        + " "
                                        + fields.getFirst("authorization")
                                        + " "
                                        + fields.getFirst("x-api-user")
                                        + " "
                                        + body);
                        String path = exchange.getRequestURI().toString();
                        String answer =
                                path.equals("/zones?name=example.com")
                                        ? "{\"result\": [{\"id\": \"z1\"}]}"
                                        : "{\"result\": []}";
                        byte[] bytes = answer.getBytes(UTF_8);
                        exchange.sendResponseHeaders(200, bytes.length);
                        exchange.getResponseBody().write(bytes);
                        exchange.close();
                    });
            server.start();
            String at = "http://127.0.0.1:" + server.getAddress().getPort();
            Path accounts =
                    Files.writeString(
                            folder.resolve("accounts.json"),
                            "{\"shop.example.com\": {\"username\": \"u1\", \"password\": \"p1\","
                                    + " \"subdomain\": \"s1\"}}");
            for (String provider :
                    List.of(
                            "httpreq: {endpoint: \"" + at + "/hook/\", username: u, password: p}",
                            "cloudflare: {api-token: t0k, endpoint: \"" + at + "\"}",
                            "acme-dns: {endpoint: \""
                                    + at
                                    + "\", accounts: \""
                                    + accounts
                                    + "\"}")) {
                Path own = Files.createTempDirectory(folder, "edge");
                try (TestEdge edge =
                        TestEdge.start(
                                own,
                                pebble,
                                TestEdge.acme(
                                                pebble,
                                                """
                                                challenges: [dns-01]
                                                  dns:
                                                    %s
                                                    propagation-timeout: 0s
                                                """
                                                        .formatted(provider))
                                        + "routes: {any: {host: shop.example.com, respond: 200}}")) {
                    // No record is really set, so that validation fails, after it was asked for.
                    edge.pebble.await(
                            "told",
                            () ->
                                    edge.get("/certs/show?name=shop.example.com")
                                            .contains("dns-01: unauthorized"));
                }
            }
        } finally {
            server.stop(0);
        }

        assertThat(seen)
                .anyMatch(each ->
                        each.startsWith("POST /hook/present Basic dTpw ")
                                && each.contains("\"fqdn\":\"_acme-challenge.shop.example.com.\""))
                .anyMatch(each -> each.startsWith("POST /hook/cleanup "))
                .anyMatch(each ->
                        each.startsWith("POST /zones/z1/dns_records Bearer t0k ")
                                && each.contains("\"type\":\"TXT\""))
                .anyMatch(each ->
                        each.startsWith("POST /update null u1 ")
                                && each.contains("\"subdomain\":\"s1\""));
    }

    private String read(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (java.io.IOException e) {
            return "";
        }
    }
}
