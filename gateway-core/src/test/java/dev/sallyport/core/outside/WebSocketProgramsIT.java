package dev.sallyport.core.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets to servers of HTTP/2 that others have written: those that take them, and others. */
@ExtendWith(CleanLogs.class)
@Timeout(120)
@Isolated("runs real programs")
final class WebSocketProgramsIT {
    private static final String SERVER =
            """
            import asyncio, websockets
            async def echo(ws, *rest):
                async for message in ws: await ws.send(message)
            async def main():
                async with websockets.serve(echo, "127.0.0.1", 0, max_size=None, subprotocols=["chat"]) as server:
                    print(server.sockets[0].getsockname()[1], flush=True)
                    await asyncio.Future()
            asyncio.run(main())
            """;

    private static final String CLIENT =
            """
            import asyncio, os, sys, websockets
            async def main():
                async with websockets.connect(sys.argv[1], max_size=None, subprotocols=["chat"]) as ws:
                    await ws.send("a text")
                    print(await ws.recv(), ws.subprotocol)
                    data = os.urandom(3_000_000)
                    await ws.send(data)
                    print(await ws.recv() == data)
                    await (await ws.ping())
                    await ws.close(code=4001, reason="bye")
                    print(ws.close_code)
            asyncio.run(main())
            """;

    @TempDir Path folder;
    private Programs programs;
    private Process server;
    private int echo;

    @BeforeEach
    void start() throws Exception {
        programs = new Programs(folder);
        Path script = Files.writeString(folder.resolve("server.py"), SERVER);
        server =
                new ProcessBuilder(Programs.tool("/usr/bin/python3"), script.toString())
                        .redirectError(folder.resolve("server.log").toFile())
                        .start();
        echo = Integer.parseInt(server.inputReader().readLine());
    }

    @AfterEach
    void stop() {
        server.destroyForcibly();
    }

    /** A client of HTTP/1.1 has its conversation, over an endpoint as {@code upstream} has it. */
    private void converses(String upstream, long connections) throws Exception {
        try (var edge = Edge.start(Wire.EPOLL, 1, "routes:\n  all: {forward: app}\n" + upstream)) {
            Path script = Files.writeString(folder.resolve("client.py"), CLIENT);
            String said =
                    programs.run(
                            Programs.tool("/usr/bin/python3"),
                            script.toString(),
                            "ws://127.0.0.1:" + edge.port("web") + "/ws");

            assertThat(said).isEqualTo("a text chat\nTrue\n4001\n");
            var line = edge.records().await(record -> record.isTunnel());
            assertThat(line.status()).isEqualTo(101);
            assertThat(line.bytesOut()).isGreaterThan(3_000_000);
            assertThat(edge.metric("sallyport_upstream_connections")).isEqualTo(connections);
        }
    }

    private static String upstream(String address, String protocol, String more) {
        return "upstreams:\n  app: {endpoints: [\"%s\"], protocol: %s%s}\n"
                .formatted(address, protocol, more);
    }

    @Test
    void nghttpxTakesThem() throws Exception {
        Path socket = folder.resolve("front");
        try (var _ =
                programs.start(
                        () -> Files.exists(socket),
                        Programs.tool("nghttpx"),
                        "--conf=/dev/null",
                        "--workers=1",
                        "--frontend=unix:" + socket + ";no-tls",
                        "--backend=127.0.0.1," + echo)) {
            converses(upstream("unix:" + socket, "h2c", ""), 1);
        }
    }

    @Test
    void haproxyTakesThem() throws Exception {
        Path socket = folder.resolve("front");
        Path settings = proxy("unix@" + socket + " proto h2", "");
        try (var _ =
                programs.start(
                        () -> Files.exists(socket),
                        Programs.tool("haproxy"),
                        "-db",
                        "-f",
                        settings.toString())) {
            converses(upstream("unix:" + socket, "h2c", ""), 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "auto"})
    void haproxyTakesThemOverTls(String protocol) throws Exception {
        certificate();
        int port = Programs.freePort();
        Path settings =
                proxy(
                        "127.0.0.1:%d ssl crt %s alpn h2,http/1.1"
                                .formatted(port, folder.resolve("both.pem")),
                        "");
        try (var _ =
                programs.server(port, Programs.tool("haproxy"), "-db", "-f", settings.toString())) {
            converses(secure(port, protocol), 1);
        }
    }

    @Test
    void haproxyThatDoesNotOfferThemIsNotAsked() throws Exception {
        Path socket = folder.resolve("front");
        Path settings =
                proxy("unix@" + socket + " proto h2", "h2-workaround-bogus-websocket-clients");
        try (var _ =
                        programs.start(
                                () -> Files.exists(socket),
                                Programs.tool("haproxy"),
                                "-db",
                                "-f",
                                settings.toString());
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                1,
                                "routes:\n  all: {forward: app}\n"
                                        + upstream("unix:" + socket, "h2c", ""));
                var client = WebSocketClient.open(Dialect.H1, edge)) {
            assertThat(client.status()).isEqualTo(501);
            assertThat(edge.records().await(record -> true).reason())
                    .isEqualTo("websocket-not-offered");
        }
    }

    /** The connection of HTTP/2 that told is kept for requests; the WebSocket has left its own. */
    @ParameterizedTest
    @ValueSource(strings = {"h2", "auto"})
    void nginxIsAskedByHttp1(String protocol) throws Exception {
        certificate();
        int port = Programs.freePort();
        Path settings =
                Files.writeString(
                        folder.resolve("nginx.conf"),
                        """
                        daemon off; pid %1$s/nginx.pid; error_log %1$s/nginx.log;
                        events {}
                        http {
                          access_log off;
                          client_body_temp_path %1$s; proxy_temp_path %1$s; fastcgi_temp_path %1$s;
                          uwsgi_temp_path %1$s; scgi_temp_path %1$s;
                          server {
                            listen 127.0.0.1:%2$d ssl http2;
                            ssl_certificate %1$s/both.pem; ssl_certificate_key %1$s/both.pem;
                            location / {
                              proxy_pass http://127.0.0.1:%3$d; proxy_http_version 1.1;
                              proxy_set_header Upgrade $http_upgrade;
                              proxy_set_header Connection upgrade;
                            }
                          }
                        }
                        """
                                .formatted(folder, port, echo));
        try (var _ =
                programs.server(
                        port,
                        Programs.tool("nginx"),
                        "-p",
                        folder.toString(),
                        "-c",
                        settings.toString())) {
            converses(secure(port, protocol), 1);
        }
    }

    private Path proxy(String bind, String global) throws Exception {
        return Files.writeString(
                folder.resolve("haproxy.cfg"),
                """
                global
                  %s
                defaults
                  mode http
                  timeout connect 5s
                  timeout client 30s
                  timeout server 30s
                frontend front
                  bind %s
                  default_backend back
                backend back
                  server echo 127.0.0.1:%d
                """
                        .formatted(global, bind, echo));
    }

    private String secure(int port, String protocol) {
        return upstream(
                "https://127.0.0.1:" + port,
                protocol,
                ", tls: {server-name: a.example, ca-file: %s}"
                        .formatted(folder.resolve("certificate.pem")));
    }

    private void certificate() throws Exception {
        Path key = folder.resolve("key.pem");
        Path certificate = folder.resolve("certificate.pem");
        programs.run(
                Programs.tool("openssl"),
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-subj",
                "/CN=a.example",
                "-addext",
                "subjectAltName=DNS:a.example",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
        Files.writeString(
                folder.resolve("both.pem"), Files.readString(certificate) + Files.readString(key));
    }
}
