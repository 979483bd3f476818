package dev.sallyport.core.filter;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.config.read.ConfigFiles;
import dev.sallyport.config.read.ConfigReader;
import dev.sallyport.core.boot.Gateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Filters on the wire: a whole edge, a client by socket, and an action that answers itself. */
final class FiltersIT {
    @TempDir Path folder;

    /** What a client gets from an edge with one filter, request by request on one connection. */
    private List<String> answers(String filter, String... requests) throws Exception {
        int port = freePort();
        Path file = folder.resolve("sallyport.yaml");
        Files.writeString(
                file,
                """
                listeners: {web: {address: "127.0.0.1:%d", redirect-to-https: false}}
                runtime: {loops: 1, transport: nio}
                routes:
                  test:
                    filters: [%s]
                    respond: {status: 200, body: hello}
                """
                        .formatted(port, filter));
        var reading =
                new ConfigReader(BuiltInFilters.types(), _ -> null)
                        .read(ConfigFiles.load(file).root());
        assertThat(reading.problems()).isEmpty();
        var config = Objects.requireNonNull(reading.config());
        var gateway = Gateway.start(config, new CertificateStore(Clock.systemUTC()), List.of());
        try {
            return List.of(requests).stream().map(request -> answer(port, request)).toList();
        } finally {
            gateway.close(Duration.ZERO);
        }
    }

    private static String answer(int port, String lines) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            ("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n"
                                            + lines
                                            + "\r\n")
                                    .getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void addressForbids() throws Exception {
        assertThat(answers("address: {deny: [127.0.0.0/8]}", ""))
                .singleElement()
                .asString()
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    void rateLimitCountsOverConnections() throws Exception {
        var answers = answers("rate-limit: {rate: 1/h, burst: 2}", "", "", "");

        assertThat(answers.get(1)).startsWith("HTTP/1.1 200 ");
        assertThat(answers.get(2)).startsWith("HTTP/1.1 429 ").containsIgnoringCase("retry-after:");
    }

    @Test
    void bodySizeRefuses() throws Exception {
        assertThat(answers("body-size: 1KiB", "Content-Length: 1025\r\n"))
                .singleElement()
                .asString()
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void headersEditTheAnswer() throws Exception {
        assertThat(answers("headers: {response: {set: {x-stack: blue}}}", ""))
                .singleElement()
                .asString()
                .contains("\r\nx-stack: blue\r\n");
    }

    @Test
    void securityHeadersGoWithTheAnswer() throws Exception {
        assertThat(answers("security-headers: {}", ""))
                .singleElement()
                .asString()
                .contains("\r\nx-content-type-options: nosniff\r\n");
    }

    @Test
    void basicAuthSuspendsAndResumes() throws Exception {
        var hash =
                OpenBSDBCrypt.generate(
                        "2y",
                        "secret".getBytes(US_ASCII),
                        "sixteen bytes...".getBytes(US_ASCII),
                        6);
        var users = Files.writeString(folder.resolve("users.htpasswd"), "ann:" + hash + "\n");

        var answers =
                answers(
                        "basic-auth: {users-file: " + users + "}",
                        "",
                        "Authorization: Basic YW5uOnNlY3JldA==\r\n",
                        "Authorization: Basic YW5uOnNlY3JldA==\r\n",
                        "Authorization: Basic YW5uOndyb25n\r\n");

        assertThat(answers.get(0)).startsWith("HTTP/1.1 401 ").containsIgnoringCase("realm=");
        assertThat(answers.get(1)).startsWith("HTTP/1.1 200 ").endsWith("hello");
        assertThat(answers.get(2)).startsWith("HTTP/1.1 200 ");
        assertThat(answers.get(3)).startsWith("HTTP/1.1 401 ");
    }
}
