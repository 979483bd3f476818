package dev.sallyport.core.outside;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A browser loads pages from the edge and says by which protocol they came. */
@Isolated
@ExtendWith(CleanLogs.class)
@Timeout(90)
class BrowserIT {
    /** Asks for two more things, one of them by a large POST, then says how each came. */
    private static final String PAGE =
            """
            <!doctype html><meta charset=utf-8><title>page</title><link rel=icon href=data:,><body>nothing yet
            <script>
            const how = kind => performance.getEntriesByType(kind).map(e => e.nextHopProtocol).join();
            window.onload = async () => {
              const first = await (await fetch('/one')).text();
              const echo = await (await fetch('/echo', {method: 'POST', body: 'x'.repeat(200000)})).text();
              document.body.textContent = 'navigation=' + how('navigation')
                + ' resource=' + how('resource') + ' one=' + first + ' echo=' + echo.length + ' end';
            };
            </script>
            """;

    private static final String SOCKET_PAGE =
            """
            <!doctype html><meta charset=utf-8><title>page</title><link rel=icon href=data:,><body>nothing yet
            <script>
            const nav = () => performance.getEntriesByType('navigation')[0].nextHopProtocol;
            window.onload = () => {
              // the browser is not done before this is, and stands still while one of these is under way
              const hold = left => { if (left && !document.body.textContent.endsWith(' end')) fetch('/wait').then(() => hold(left - 1)); };
              hold(400);
              const socket = new WebSocket('wss://' + location.host + '/socket');
              socket.onopen = () => socket.send('hello');
              socket.onmessage = m => { document.body.textContent =
                'navigation=' + nav() + ' said=' + m.data + ' end'; socket.close(1000); };
              socket.onerror = () => { document.body.textContent = 'failed end'; };
            };
            </script>
            """;

    @TempDir Path folder;

    @Test
    void loadsPageOverHttp3() throws Exception {
        try (var origin = RawServer.answering(BrowserIT::page);
                var edge = Edge.start(Wire.EPOLL_TLS, origin.route())) {
            String origins = "localhost:" + edge.port("secure");

            String text = browse(edge, "--origin-to-force-quic-on=" + origins);

            assertThat(text).contains("navigation=h3 resource=h3,h3 one=one echo=200000 end");
            var line = edge.records().await(record -> record.path().equals("/echo"));
            assertThat(line.protocol()).isEqualTo("HTTP/3.0");
            assertThat(line.bytesIn()).isEqualTo(200_000);
        }
    }

    @Test
    void opensWebSocketOverHttp2() throws Exception {
        var closed = new CountDownLatch(1);
        try (var origin = RawServer.scripted(connection -> sockets(connection, closed));
                var edge = Edge.start(Wire.EPOLL_TLS, origin.route())) {
            String text = browse(edge, "--disable-quic");

            assertThat(text).contains("navigation=h2 said=hello end");
            var line = edge.records().await(record -> record.path().equals("/socket"));
            assertThat(line.protocol()).isEqualTo("HTTP/2.0");
            assertThat(line.isTunnel()).isTrue();
        }
    }

    private static String page(RawServer.Request request) {
        return switch (request.path()) {
            case "/" -> html(PAGE);
            case "/one" -> RawServer.ok("one");
            case "/echo" -> RawServer.ok(request.text());
            default -> "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
        };
    }

    private static String html(String page) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(page.length(), page);
    }

    /** Gives the page, and sends back what comes in frames (RFC 6455). */
    private static void sockets(RawServer.Connection connection, CountDownLatch closed)
            throws Exception {
        for (var request = connection.read(); request != null; request = connection.read()) {
            if (request.path().equals("/wait")) {
                closed.await(50, TimeUnit.MILLISECONDS);
                connection.send(RawServer.ok("closed"));
                continue;
            }
            String key = request.field("sec-websocket-key");
            if (key == null) {
                connection.send(html(SOCKET_PAGE));
                continue;
            }
            connection.send(
                    "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n"
                            + "Upgrade: websocket\r\nSec-WebSocket-Accept: "
                            + WebSocketProof.of(key)
                            + "\r\n\r\n");
            byte[] head = connection.readBytes(2);
            byte[] mask = connection.readBytes(4);
            byte[] data = connection.readBytes(head[1] & 0x7f);
            for (int i = 0; i < data.length; i++) {
                data[i] ^= mask[i % 4];
            }
            connection.send(new byte[] {(byte) 0x81, (byte) data.length}).send(data);
            connection.readBytes(2); // the page said good-bye, and shows what it got
            closed.countDown();
            connection.awaitEnd();
        }
    }

    /** The text of the page once it has changed itself. */
    private String browse(Edge edge, String option) throws Exception {
        byte[] key =
                edge.gateway()
                        .certificates()
                        .all()
                        .iterator()
                        .next()
                        .leaf()
                        .getPublicKey()
                        .getEncoded();
        String pin =
                Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
        Path errors = folder.resolve("chromium.log");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Tool.require("chromium").toString(),
                                "--headless",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                "--disable-dev-shm-usage",
                                "--host-resolver-rules=MAP localhost 127.0.0.1",
                                "--user-data-dir=" + folder.resolve("profile"),
                                "--ignore-certificate-errors-spki-list=" + pin,
                                "--virtual-time-budget=20000",
                                "--dump-dom",
                                option,
                                "https://localhost:" + edge.port("secure") + "/"));
        Process browser = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        try {
            String page = new String(browser.getInputStream().readAllBytes(), ISO_8859_1);
            assertThat(browser.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(page).as(Files.readString(errors)).contains("end");
            return page;
        } finally {
            browser.destroyForcibly();
        }
    }
}
