package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawServer.ok;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The edge between clients and servers that others have written. */
@ExtendWith(CleanLogs.class)
@Timeout(150)
@Isolated("loads the whole machine")
final class RealProgramsIT {
    private static final long GIBIBYTE = 1L << 30;

    @TempDir Path folder;

    @Test
    void curlGetsAndSendsOneGibibyteOverTls() throws Exception {
        byte[] block = new byte[1 << 20];
        new Random(1).nextBytes(block);
        MessageDigest expected = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < GIBIBYTE / block.length; i++) {
            expected.update(block);
        }
        String sum = HexFormat.of().formatHex(expected.digest());
        try (var origin = RawServer.scripted(connection -> bulk(connection, block));
                var edge = Edge.start(Wire.IO_URING_TLS, 1, origin.route())) {
            String url = "https://localhost:" + edge.port() + "/";
            String curl = Tool.require("curl") + " -sSk --connect-to ::127.0.0.1: " + url;

            String down = run("sh", "-c", curl + "down | sha256sum").substring(0, 64);
            assertThat(down).isEqualTo(sum);
            Path file = folder.resolve("block");
            Files.write(file, block);
            String source = "for i in $(seq %d); do cat %s; done".formatted(GIBIBYTE >> 20, file);
            String up = run("sh", "-c", "(" + source + ") | " + curl + "up -T - -H 'Expect:'");
            assertThat(up).isEqualTo(sum);
            edge.awaitMetric(GIBIBYTE, "sallyport_request_bytes_total");
        }
    }

    /**
     * Sends a gibibyte, or answers with the sum of what it was sent in chunks; as often as it is
     * asked on a connection, since the edge keeps it.
     */
    private static void bulk(RawServer.Connection connection, byte[] block) throws Exception {
        for (String head = connection.readHead(); head != null; head = connection.readHead()) {
            if (head.startsWith("GET")) {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + GIBIBYTE + "\r\n\r\n");
                for (int i = 0; i < GIBIBYTE / block.length; i++) {
                    connection.send(block);
                }
            } else {
                MessageDigest sum = MessageDigest.getInstance("SHA-256");
                connection.readChunks(sum::update);
                connection.send(ok(HexFormat.of().formatHex(sum.digest())));
            }
        }
    }

    @Test
    void loadGeneratorsCountWhatTheEdgeCounts() throws Exception {
        try (var origin = RawServer.answering(request -> ok("hello"));
                var edge = Edge.start(Wire.IO_URING, 2, origin.route())) {
            String plain = "http://127.0.0.1:" + edge.port("web") + "/";
            String secure = "https://localhost:" + edge.port("secure") + "/";

            String h2load =
                    run(tool("h2load"), "--h1", "-n", "30000", "-c", "20", "-t", "1", plain);
            assertThat(h2load).contains("30000 succeeded, 0 failed, 0 errored, 0 timeout");
            String tls = run(tool("h2load"), "--h1", "-n", "10000", "-c", "10", "-t", "1", secure);
            assertThat(tls).contains("10000 succeeded, 0 failed, 0 errored, 0 timeout");
            String ab = run(tool("ab"), "-q", "-k", "-n", "10000", "-c", "10", plain);
            assertThat(ab).contains("Complete requests:      10000", "Failed requests:        0");
            edge.awaitMetric(50_000, "sallyport_requests_total", "route=\"all\"", "2xx");
            edge.records().awaitCount(50_000);

            String wrk = run(tool("wrk"), "-t1", "-c16", "-d2s", plain);
            assertThat(wrk).doesNotContain("Socket errors", "Non-2xx");
            Matcher requests = Pattern.compile("(\\d+) requests in").matcher(wrk);
            assertThat(requests.find()).isTrue();
            long counted = 50_000 + Long.parseLong(requests.group(1));
            edge.awaitMetric(0, "sallyport_connections", "listener=\"web\"");
            // wrk leaves in the middle of its last requests: at most one a connection.
            assertThat(edge.metric("sallyport_requests_total")).isBetween(counted, counted + 16);
            edge.records().awaitCount(edge.metric("sallyport_requests_total"));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Wire.class,
            names = {"IO_URING", "NIO_TLS"})
    void pythonWebSocketsTalkThroughTheTunnel(Wire wire) throws Exception {
        int port = freePort();
        Path server =
                script(
                        """
                        import asyncio, websockets
                        async def echo(ws, *a):
                            async for m in ws: await ws.send(m)
                        async def main():
                            async with websockets.serve(echo, "127.0.0.1", %d, max_size=None): await asyncio.Future()
                        asyncio.run(main())
                        """
                                .formatted(port));
        Path client =
                script(
                        """
                        import asyncio, ssl, sys, websockets
                        async def main():
                            tls = None
                            if sys.argv[1].startswith("wss"):
                                tls = ssl._create_unverified_context()
                            async with websockets.connect(sys.argv[1], ssl=tls, max_size=None) as ws:
                                for size in (0, 1, 125, 126, 65535, 65536, 3000000):
                                    await ws.send("x" * size)
                                    assert await ws.recv() == "x" * size
                                for i in range(500): await ws.send(str(i))
                                for i in range(500): assert await ws.recv() == str(i)
                            print("fine", ws.close_code)
                        asyncio.run(main())
                        """);
        try (var _ = program(port, "/usr/bin/python3", server.toString());
                var edge =
                        Edge.start(
                                wire,
                                "routes:\n  all: {forward: \"127.0.0.1:%d\"}\n".formatted(port))) {
            String url = (wire.isTls() ? "wss" : "ws") + "://127.0.0.1:" + edge.port() + "/";

            assertThat(
                            run(
                                    "/usr/bin/python3",
                                    client.toString(),
                                    url.replace("127.0.0.1", "localhost")))
                    .contains("fine 1000");
            edge.awaitMetric(0, "sallyport_tunnels");
            assertThat(edge.records().await(line -> true).isTunnel()).isTrue();
        }
    }

    @Test
    void pythonServerServesFiles() throws Exception {
        Files.writeString(folder.resolve("file.txt"), "from python\n");
        int port = freePort();
        try (var _ =
                        program(
                                port,
                                "/usr/bin/python3",
                                "-m",
                                "http.server",
                                "-d",
                                folder.toString(),
                                "-b",
                                "127.0.0.1",
                                String.valueOf(port));
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                "routes:\n  all: {forward: \"127.0.0.1:%d\"}\n".formatted(port))) {
            for (int i = 0; i < 20; i++) {
                assertThat(edge.ask(RawClient.get("/file.txt")).text()).isEqualTo("from python\n");
                assertThat(edge.ask(RawClient.get("/none")).status()).isEqualTo(404);
            }
        }
    }

    @Test
    void nginxServesOverKeptConnections() throws Exception {
        int port = freePort();
        Path settings = folder.resolve("nginx.conf");
        Files.writeString(
                settings,
                """
                daemon off; master_process off; pid %1$s/pid; error_log stderr;
                events {}
                http { access_log off; client_body_temp_path %1$s/a; proxy_temp_path %1$s/b;
                  fastcgi_temp_path %1$s/c; uwsgi_temp_path %1$s/d; scgi_temp_path %1$s/e;
                  keepalive_requests 50;
                  server { listen 127.0.0.1:%2$d; location / { return 200 "from nginx"; } } }
                """
                        .formatted(folder, port));
        try (var _ = program(port, tool("nginx"), "-c", settings.toString());
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                "routes:\n  all: {forward: \"127.0.0.1:%d\"}\n".formatted(port))) {
            String result =
                    run(
                            tool("h2load"),
                            "--h1",
                            "-n",
                            "5000",
                            "-c",
                            "10",
                            "-t",
                            "1",
                            "http://127.0.0.1:" + edge.port() + "/");

            // nginx closes each connection after 50 requests: no client may notice.
            assertThat(result).contains("5000 succeeded, 0 failed, 0 errored, 0 timeout");
            assertThat(result).contains("5000 2xx");
        }
    }

    private Path script(String text) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "script", ".py"), text);
    }

    private static String tool(String name) {
        return Tool.require(name).toString();
    }

    private static int freePort() {
        try (var unused = RawServer.answering(request -> "")) {
            return unused.port();
        }
    }

    /** Runs a program to its end; what it wrote, whichever way. */
    private String run(String... command) throws Exception {
        Path output = Files.createTempFile(folder, "output", ".txt");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS))
                    .as(String.join(" ", command))
                    .isTrue();
        } finally {
            // A shell's programs outlive it, and would hold the edge's connections.
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        String text = Files.readString(output, UTF_8);
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }

    /** Starts a server, and waits until it accepts. */
    private Running program(int port, String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of(command));
        Path output = Files.createTempFile(folder, "server", ".txt");
        Process process =
                new ProcessBuilder(all)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        boolean isUp = Await.reached(Duration.ofSeconds(20), () -> accepts(port));
        if (!isUp) {
            process.destroyForcibly();
        }
        assertThat(isUp).as(Files.readString(output)).isTrue();
        return new Running(process);
    }

    private static boolean accepts(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** A program that ends with the test. */
    private record Running(Process process) implements AutoCloseable {
        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
