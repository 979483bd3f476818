package dev.sallyport.core.boot.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.Tool;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page of the admin interface in a real browser. */
@Timeout(120)
final class StatusPageIT {
    @TempDir private Path folder;

    @Test
    void showsHowTheEdgeIs() throws Exception {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        Files.writeString(
                folder.resolve("sallyport.yaml"),
                """
                listeners:
                  web: {address: "127.0.0.1:0"}
                routes:
                  api: {host: api.localhost, path-prefix: /v1, forward: "127.0.0.1:9"}
                admin: {socket: edge.sock, address: "127.0.0.1:%d"}
                """
                        .formatted(port));
        try (RealCommand edge = RealCommand.start(folder, "run")) {
            edge.awaitText("configuration applied generation=1");

            String dom = dom("http://127.0.0.1:" + port + "/");

            assertThat(dom)
                    .contains("<title>Sallyport</title>")
                    .containsSubsequence(
                            "<h1>Sallyport</h1>",
                            "well",
                            "<h2>Listeners</h2>",
                            "127.0.0.1:0",
                            "<h2>Routes</h2>",
                            "api.localhost /v1 ...",
                            "forward 127.0.0.1:9",
                            "<h2>Upstreams</h2>",
                            "healthy");
        }
    }

    /** What the browser made of the page; its log would tell of what the policy forbids. */
    private String dom(String url) throws Exception {
        Path errors = folder.resolve("chromium.log");
        Process browser =
                new ProcessBuilder(
                                List.of(
                                        Tool.require("chromium").toString(),
                                        "--headless",
                                        "--no-sandbox",
                                        "--disable-gpu",
                                        "--no-first-run",
                                        "--disable-background-networking",
                                        "--disable-dev-shm-usage",
                                        "--enable-logging=stderr",
                                        "--user-data-dir=" + folder.resolve("profile"),
                                        "--dump-dom",
                                        url))
                        .redirectError(errors.toFile())
                        .start();
        try {
            String dom = new String(browser.getInputStream().readAllBytes(), UTF_8);
            assertThat(browser.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(errors)).doesNotContain("Refused to", "violates");
            return dom;
        } finally {
            browser.destroyForcibly();
        }
    }
}
