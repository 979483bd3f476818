package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawServer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP and UDP routes, and the PROXY protocol, between programs that others have written. */
@ExtendWith(CleanLogs.class)
@Timeout(150)
@Isolated("starts servers")
final class RelayProgramsIT {
    @TempDir Path folder;

    private Programs programs;

    @BeforeEach
    void prepare() {
        programs = new Programs(folder);
    }

    @Test
    void psqlTalksTlsToAPostgresThatHasNone() throws Exception {
        int port = Programs.freePort();
        Path data = Files.createTempDirectory(Path.of("/tmp"), "sallyport-pg");
        String[] as = {};
        if (System.getProperty("user.name").equals("root")) {
            // PostgreSQL refuses to run as root.
            programs.run("chown", "postgres", data.toString());
            as =
                    new String[] {
                        Programs.tool("setpriv"),
                        "--reuid=postgres",
                        "--regid=postgres",
                        "--clear-groups"
                    };
        }
        String bin = Tool.require("/usr/lib/postgresql/15/bin/postgres").getParent() + "/";
        try {
            programs.run(
                    with(
                            as,
                            bin + "initdb",
                            "--no-sync",
                            "--locale=C",
                            "-A",
                            "trust",
                            "-U",
                            "postgres",
                            "-D",
                            data + "/db"));
            try (var _ =
                            programs.server(
                                    port,
                                    with(
                                            as,
                                            bin + "postgres",
                                            "-D",
                                            data + "/db",
                                            "-p",
                                            "" + port,
                                            "-c",
                                            "listen_addresses=127.0.0.1",
                                            "-c",
                                            "unix_socket_directories=",
                                            "-c",
                                            "fsync=off"));
                    var edge =
                            Edge.start(
                                    Wire.EPOLL_TLS,
                                    """
                                    listeners:
                                      pg: {address: "127.0.0.1:0", kind: tcp, tls: {starttls: postgres}}
                                    tcp-routes:
                                      db: {listeners: pg, sni: localhost, forward: "127.0.0.1:%d"}
                                    """
                                            .formatted(port))) {
                String server =
                        "host=localhost hostaddr=127.0.0.1 user=postgres dbname=postgres port="
                                + edge.port("pg");
                String secure =
                        server + " sslmode=verify-full sslrootcert=" + edge.rootFile(folder);
                String answer =
                        programs.run(
                                Programs.tool("psql"),
                                secure,
                                "-At",
                                "-c",
                                "select sum(n) from generate_series(1, 200000) n",
                                "-c",
                                "\\conninfo");
                assertThat(answer).contains("20000100000").contains("SSL connection (protocol:");
                var clear =
                        programs.finish(
                                Programs.tool("psql"),
                                server + " sslmode=disable",
                                "-c",
                                "select 1");
                assertThat(clear.exit()).isNotZero();
                assertThat(clear.text()).contains("TLS is required here");
                var line = edge.records().await(each -> each.route().equals("db"));
                assertThat(line.host()).isEqualTo("localhost");
                assertThat(line.reason()).isEmpty();
            }
        } finally {
            programs.run("rm", "-rf", data.toString());
        }
    }

    private static String[] with(String[] as, String... command) {
        String[] all = new String[as.length + command.length];
        System.arraycopy(as, 0, all, 0, as.length);
        System.arraycopy(command, 0, all, as.length, command.length);
        return all;
    }

    @Test
    void opensslSeesTheCertificateOfTheServerBehindPassthrough() throws Exception {
        int port = Programs.freePort();
        Path certificate = certify("b.example");
        try (var web = RawServer.answering(request -> ok("from the edge"));
                var _ = serve(port, certificate);
                var edge =
                        Edge.start(
                                Wire.IO_URING_TLS,
                                """
                                listeners:
                                  secure: {address: "127.0.0.1:0", tls: {}}
                                routes:
                                  web: {host: a.example, forward: "%s"}
                                tcp-routes:
                                  behind: {sni: b.example, tls: passthrough, forward: "127.0.0.1:%d"}
                                """
                                        .formatted(web.address(), port))) {
            String seen =
                    programs.run(
                            Programs.tool("openssl"),
                            "s_client",
                            "-connect",
                            "127.0.0.1:" + edge.port("secure"),
                            "-servername",
                            "b.example",
                            "-verify_return_error",
                            "-verify_hostname",
                            "b.example",
                            "-CAfile",
                            certificate.toString());
            assertThat(seen).containsPattern("CN ?= ?behind").contains("Verification: OK");
            String curl = Programs.tool("curl");
            String at = ":" + edge.port("secure") + ":127.0.0.1";
            assertThat(
                            programs.run(
                                    curl,
                                    "-sS",
                                    "--cacert",
                                    edge.rootFile(folder).toString(),
                                    "--resolve",
                                    "a.example" + at,
                                    "https://a.example:" + edge.port("secure") + "/"))
                    .isEqualTo("from the edge");
            assertThat(
                            programs.run(
                                    curl,
                                    "-sS",
                                    "--cacert",
                                    certificate.toString(),
                                    "--resolve",
                                    "b.example" + at,
                                    "https://b.example:" + edge.port("secure") + "/"))
                    .contains("s_server");
        }
    }

    /** A certificate of its own for a name; its key lies beside it. */
    private Path certify(String name) throws Exception {
        Path certificate = folder.resolve("server.pem");
        programs.run(
                Programs.tool("openssl"),
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=behind",
                "-addext",
                "subjectAltName=DNS:" + name,
                "-out",
                certificate.toString(),
                "-keyout",
                folder.resolve("server.key").toString());
        return certificate;
    }

    private Programs.Running serve(int port, Path certificate) throws Exception {
        return programs.server(
                port,
                Programs.tool("openssl"),
                "s_server",
                "-quiet",
                "-www",
                "-accept",
                "127.0.0.1:" + port,
                "-cert",
                certificate.toString(),
                "-key",
                folder.resolve("server.key").toString());
    }

    @Test
    void endpointsOverTlsAreVerified() throws Exception {
        int port = Programs.freePort();
        Path certificate = certify("b.example");
        try (var _ = serve(port, certificate);
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                """
                                listeners:
                                  good: {address: "127.0.0.1:0", kind: tcp}
                                  bad: {address: "127.0.0.1:0", kind: tcp}
                                tcp-routes:
                                  good: {listeners: good, forward: good}
                                  bad: {listeners: bad, forward: bad}
                                upstreams:
                                  good:
                                    endpoints: "tls://127.0.0.1:%1$d"
                                    tls: {server-name: b.example, ca-file: "%2$s"}
                                  bad:
                                    endpoints: "tls://127.0.0.1:%1$d"
                                    tls: {server-name: c.example, ca-file: "%2$s"}
                                """
                                        .formatted(port, certificate));
                var good = RawClient.plain(edge.port("good"));
                var bad = RawClient.plain(edge.port("bad"))) {
            assertThat(good.send("GET / HTTP/1.0\r\n\r\n").drain()).contains("s_server");
            assertThat(bad.send("GET / HTTP/1.0\r\n\r\n").drain()).isEmpty();
            assertThat(edge.records().await(line -> line.route().equals("bad")).reason())
                    .isEqualTo("tls-failed");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"send-proxy", "send-proxy-v2", "send-proxy-v2-ssl-cn"})
    void haproxyTellsWhoTheClientIs(String how) throws Exception {
        int front = Programs.freePort();
        try (var origin = RawServer.answering(request -> ok("x"));
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                "listeners:\n  web: {address: \"127.0.0.1:0\", proxy-protocol:"
                                        + " 127.0.0.1}\n"
                                        + origin.route())) {
            Path settings =
                    Files.writeString(
                            folder.resolve("haproxy.cfg"),
                            """
                            defaults
                              mode tcp
                              timeout connect 5s
                              timeout client 30s
                              timeout server 30s
                            listen front
                              bind 127.0.0.1:%d
                              server edge 127.0.0.1:%d %s
                            """
                                    .formatted(front, edge.port("web"), how));
            try (var _ =
                    programs.server(
                            front, Programs.tool("haproxy"), "-db", "-f", settings.toString())) {
                programs.run(
                        Programs.tool("curl"),
                        "-sS",
                        "--interface",
                        "127.0.0.5",
                        "http://127.0.0.1:" + front + "/");

                assertThat(origin.lastRequest().fields("x-forwarded-for"))
                        .containsExactly("127.0.0.5");
                assertThat(origin.lastRequest().fields("x-forwarded-port"))
                        .containsExactly("" + front);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void nginxIsToldWhoTheClientIs(String version) throws Exception {
        int port = Programs.freePort();
        Path settings =
                Files.writeString(
                        folder.resolve("nginx.conf"),
                        """
                        daemon off; master_process off; pid %1$s/pid; error_log stderr;
                        events {}
                        http { access_log off; client_body_temp_path %1$s/a; proxy_temp_path %1$s/b;
                          fastcgi_temp_path %1$s/c; uwsgi_temp_path %1$s/d; scgi_temp_path %1$s/e;
                          server { listen 127.0.0.1:%2$d proxy_protocol;
                            location / { return 200 "$proxy_protocol_addr $proxy_protocol_server_port"; } } }
                        """
                                .formatted(folder, port));
        try (var _ = programs.server(port, Programs.tool("nginx"), "-c", settings.toString());
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                """
                                listeners:
                                  web: {address: "127.0.0.1:0"}
                                  raw: {address: "127.0.0.1:0", kind: tcp}
                                routes: {all: {forward: app}}
                                tcp-routes: {raw: {listeners: raw, forward: app}}
                                upstreams: {app: {endpoints: "127.0.0.1:%d", proxy-protocol: %s}}
                                """
                                        .formatted(port, version))) {
            for (String listener : new String[] {"web", "raw"}) {
                String told =
                        programs.run(
                                Programs.tool("curl"),
                                "-sS",
                                "--interface",
                                "127.0.0.6",
                                "http://127.0.0.1:" + edge.port(listener) + "/");

                assertThat(told).isEqualTo("127.0.0.6 " + edge.port(listener));
            }
        }
    }

    @Test
    void socatsTalkDatagramsThroughTheEdge() throws Exception {
        int port = Programs.freePort();
        try (var _ =
                        programs.start(
                                () -> true,
                                Programs.tool("socat"),
                                "-T5",
                                "UDP4-RECVFROM:" + port + ",bind=127.0.0.1,fork",
                                "EXEC:cat");
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                """
                                listeners:
                                  udp: {address: "127.0.0.1:0", kind: udp}
                                udp-routes: {udp: {listeners: udp, forward: "127.0.0.1:%d"}}
                                """
                                        .formatted(port))) {
            String client =
                    "echo hello | %s -t2 - UDP4:127.0.0.1:%d"
                            .formatted(Programs.tool("socat"), edge.port("udp"));
            Await.until("an answer", () -> answers(client), edge.records()::lines);
        }
    }

    private boolean answers(String client) {
        try {
            return programs.run("sh", "-c", client).equals("hello\n");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
