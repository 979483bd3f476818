package dev.sallyport.core.boot.command;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.Tool;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code proxy}: one site in front of one real server. */
@Timeout(60)
final class ProxyIT {
    @TempDir private Path folder;

    @Test
    void putsPythonsServerBehindTls() throws Exception {
        Path files = Files.createDirectory(folder.resolve("files"));
        Files.writeString(files.resolve("hello.txt"), "hello from python\n");
        int origin = RealCommand.freePort();
        int port = RealCommand.freePort();
        String url = "https://localhost:" + port;
        List<String> python =
                List.of(
                        Tool.require("python3").toString(),
                        "-u",
                        "-m",
                        "http.server",
                        "--bind",
                        "127.0.0.1",
                        "--directory",
                        files.toString(),
                        "" + origin);

        try (RealCommand server = RealCommand.program(folder, python);
                RealCommand proxy =
                        RealCommand.start(
                                folder, "proxy", "--from", url, "--to", "127.0.0.1:" + origin)) {
            server.awaitText("Serving HTTP");
            proxy.awaitText("Try: curl ");
            String invitation =
                    proxy.err().lines().filter(line -> line.startsWith("Try: ")).findFirst().get();
            String curl = invitation.substring("Try: ".length()) + "hello.txt -sSf";

            assertThat(proxy.err()).contains(url + "/ -> 127.0.0.1:" + origin + "\n");
            try (RealCommand tried = RealCommand.program(folder, List.of("sh", "-c", curl))) {
                RealCommand.Finished finished = tried.finish();
                assertThat(finished.out()).as(finished.err()).isEqualTo("hello from python\n");
            }
            proxy.signal("TERM");
            RealCommand.Finished finished = proxy.finish();
            assertThat(finished.exit()).isZero();
            assertThat(finished.out()).contains("/hello.txt");
        }
    }

    @Test
    void saysWhatIsMissingForPublicName() throws Exception {
        RealCommand.Finished finished =
                RealCommand.run(
                        folder, "proxy", "--from", "app.example.com", "--to", "127.0.0.1:9000");

        assertThat(finished.exit()).isEqualTo(2);
        assertThat(finished.err())
                .startsWith("sallyport: app.example.com: a public name needs a certificate: give")
                .doesNotContain("Exception");
    }

    @Test
    void endsTlsForAnyProtocol() throws Exception {
        int port = RealCommand.freePort();
        try (ServerSocket origin = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                RealCommand proxy =
                        RealCommand.start(
                                folder,
                                "proxy",
                                "--from",
                                "tls://localhost:" + port,
                                "--to",
                                "tcp://127.0.0.1:" + origin.getLocalPort())) {
            origin.setSoTimeout(20_000);
            proxy.awaitText("Try: openssl ");
            String attempt =
                    proxy.err().lines().filter(line -> line.startsWith("Try: ")).findFirst().get();
            String client = attempt.substring("Try: ".length()) + " -quiet";

            try (RealCommand tried = RealCommand.program(folder, List.of("sh", "-c", client));
                    Socket connection = origin.accept()) {
                connection.getOutputStream().write("220 ready\n".getBytes(US_ASCII));
                connection.shutdownOutput();
                RealCommand.Finished finished = tried.finish();
                assertThat(finished.out()).as(finished.err()).isEqualTo("220 ready\n");
            }
            proxy.signal("TERM");
            assertThat(proxy.finish().out())
                    .contains("\"proto\":\"TLS\"", "\"host\":\"localhost\"");
        }
    }
}
