package dev.sallyport.core.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** nghttp2's server as an endpoint: it allows 100 streams on a connection. */
@Isolated
class NghttpdIT {
    private static final int CLIENTS = 150;

    @TempDir private Path folder;

    @Test
    void servesMoreRequestsAtATimeThanOneConnectionTakes() throws Exception {
        String body = "0123456789".repeat(20_000);
        Files.writeString(folder.resolve("file"), body);
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        Process server =
                new ProcessBuilder(
                                Tool.require("nghttpd").toString(),
                                "--no-tls",
                                "--echo-upload",
                                "-a",
                                "127.0.0.1",
                                "-d",
                                folder.toString(),
                                Integer.toString(port))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (var edge =
                        RunningEdge.start(
                                folder,
                                "{endpoints: [\"127.0.0.1:%d\"], protocol: h2c}".formatted(port));
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            FrameServer.await(() -> isListening(port));
            Callable<String> ask = () -> edge.get("/file");

            var answers =
                    clients.invokeAll(IntStream.range(0, CLIENTS).mapToObj(_ -> ask).toList());

            for (Future<String> answer : answers) {
                assertThat(answer.get()).startsWith("HTTP/1.1 200").endsWith(body);
            }
            assertThat(edge.upstream().endpoints().getFirst().connections()).isBetween(1, 3);
            assertThat(upload(edge, body)).startsWith("HTTP/1.1 200").endsWith(body);
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    private static String upload(RunningEdge edge, String body) throws IOException {
        return edge.send(
                "POST /echo HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\ncontent-length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body);
    }

    private static boolean isListening(int port) {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            return socket.isConnected();
        } catch (IOException _) {
            return false;
        }
    }
}
