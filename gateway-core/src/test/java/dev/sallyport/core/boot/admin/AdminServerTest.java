package dev.sallyport.core.boot.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {
    @TempDir private Path folder;

    private AdminServer server;

    @BeforeEach
    void openBothDoors() throws Exception {
        server =
                AdminServer.start(
                        request ->
                                request.path().equals("/broken")
                                        ? fail()
                                        : AdminAnswer.text(200, "seen " + request.method()),
                        folder.resolve("admin.sock"),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        null);
    }

    private static AdminAnswer fail() {
        throw new IllegalStateException("a bug");
    }

    @AfterEach
    void closeDoors() {
        server.close();
    }

    @Test
    void answersOnItsSocketWhichItsOwnerAloneMayOpen() throws Exception {
        Path socket = folder.resolve("admin.sock");

        AdminClient.Reply reply = new AdminClient(socket).ask("POST", "/reload");

        assertThat(reply).isEqualTo(new AdminClient.Reply(200, "seen POST\n"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:9901", "127.0.0.1:9901", "[::1]:9901"})
    void answersLocalHostsOnItsAddress(String host) throws Exception {
        assertThat(send("GET /status HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .contains("seen GET");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "localhost.evil.example", "10.0.0.1", "127.0.0.1.x"})
    void refusesForeignHosts(String host) throws Exception {
        assertThat(send("GET /status HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ")
                .contains("Host: " + host + " (expected: localhost or a loopback address)");
    }

    @Test
    void refusesRequestWithoutHost() throws Exception {
        assertThat(send("GET /status HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void refusesWhatComesFromPages() throws Exception {
        assertThat(
                        send(
                                "GET /status HTTP/1.1\r\nHost: localhost\r\nOrigin:"
                                        + " https://evil.example\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ")
                .contains("Origin: https://evil.example (expected: none)");
    }

    @Test
    void changesNothingWithoutTheFieldThatFormsCannotSend() throws Exception {
        String post = "POST /reload HTTP/1.1\r\nHost: localhost\r\n";

        assertThat(send(post + "\r\n"))
                .startsWith("HTTP/1.1 403 ")
                .contains("no x-sallyport-admin (expected: this field, with any value)");
        assertThat(send(post + "X-Sallyport-Admin: 1\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void saysThatItFailed() throws Exception {
        assertThat(send("GET /broken HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 500 ")
                .contains("failed, see the log")
                .doesNotContain("a bug");
    }

    @Test
    void leavesSocketToTheEdgeThatAnswersThere() {
        assertThatThrownBy(() -> start(folder.resolve("admin.sock")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another edge answers there");
    }

    @Test
    void removesNothingButSockets() throws Exception {
        Path file = Files.writeString(folder.resolve("precious"), "text");

        assertThatThrownBy(() -> start(file))
                .isInstanceOf(IOException.class)
                .hasMessage("admin.socket: " + file + ": is no socket (expected: one, or nothing)");
        assertThat(file).hasContent("text");
    }

    @Test
    void takesItsSocketAway() {
        server.close();

        assertThat(folder.resolve("admin.sock")).doesNotExist();
    }

    private static void start(Path socket) throws IOException {
        AdminServer.start(_ -> AdminAnswer.text(200, ""), socket, null, null).close();
    }

    private String send(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
