package dev.sallyport.core.boot.command;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An edge whose machine has no port, or no file, left for a connection to an endpoint. */
@Timeout(120)
class NoSocketIT {
    private static final String TOLD = "no socket left for a connection to an endpoint";

    /** More than what takes an endpoint out. */
    private static final int REQUESTS = 12;

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"io_uring", "epoll", "nio"})
    void endpointIsNotBlamedForPortsThatAreUsedUp(String transport) throws Exception {
        Path file =
                write(
                        """
                        listeners:
                          web: {address: "127.0.0.1:9000"}
                          app: {address: "127.0.0.1:9001"}
                          raw: {address: "127.0.0.1:9002", kind: tcp}
                        routes:
                          web: {listeners: web, forward: app}
                          app: {listeners: app, respond: {status: 200}}
                        tcp-routes:
                          raw: {listeners: raw, forward: app}
                        upstreams:
                          app: {endpoints: ["127.0.0.1:9001"]}
                        runtime: {transport: %s}
                        """
                                .formatted(transport));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                tool("unshare"),
                                "--net",
                                "sh",
                                "-c",
                                "ip link set lo up && exec \"$@\"",
                                "sh"));
        command.addAll(RealCommand.line());
        command.addAll(List.of("run", "-c", file.toString()));
        try (var edge = RealCommand.program(folder, command)) {
            edge.awaitText("edge started");
            ports(edge, "40000-40999");

            for (int i = 0; i < REQUESTS; i++) {
                assertThat(ask(edge, "http://127.0.0.1:9000/", 50_000 + i)).isEqualTo("503");
            }
            assertThat(ask(edge, "http://127.0.0.1:9002/", 50_100)).isEqualTo("000");
            ports(edge, "");

            assertThat(ask(edge, "http://127.0.0.1:9000/", 50_200)).isEqualTo("200");
            assertThat(ask(edge, "http://127.0.0.1:9002/", 50_201)).isEqualTo("200");
            edge.await("13 lines", () -> reasons(edge) == REQUESTS + 1);
            assertThat(edge.err().split(TOLD, -1)).hasSize(2);
            assertThat(edge.err()).doesNotContain("endpoint ejected");
        }
    }

    @Test
    void endpointIsNotBlamedForFilesThatAreUsedUp() throws Exception {
        try (var server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofVirtual().start(() -> answer(server));
            int port = RealCommand.freePort();
            Path file =
                    write(
                            """
                            listeners: {web: {address: "127.0.0.1:%d"}}
                            routes: {web: {host: web.test, forward: "127.0.0.1:%d"}}
                            """
                                    .formatted(port, server.getLocalPort()));
            try (var edge = RealCommand.start(folder, "run", "-c", file.toString());
                    var client = connected(edge, port)) {
                assertThat(ask(client)).startsWith("HTTP/1.1 200");
                String before = files(edge, "1");

                for (int i = 0; i < REQUESTS; i++) {
                    assertThat(ask(client)).startsWith("HTTP/1.1 503");
                }
                files(edge, before);

                assertThat(ask(client)).startsWith("HTTP/1.1 200");
                edge.await("12 lines", () -> reasons(edge) == REQUESTS);
                assertThat(edge.err().split(TOLD, -1)).hasSize(2);
                assertThat(edge.err()).doesNotContain("endpoint ejected");
            }
        }
    }

    private static String tool(String name) {
        return Tool.require(name).toString();
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(folder.resolve("edge.yaml"), yaml);
    }

    private static long reasons(RealCommand edge) {
        return edge.out().lines().filter(line -> line.contains("\"no-socket\"")).count();
    }

    /** Ports of the edge's namespace; those reserved are not given to connections. */
    private void ports(RealCommand edge, String reserved) throws Exception {
        inside(
                edge,
                tool("sysctl"),
                "-qw",
                "net.ipv4.ip_local_port_range=40000 40999",
                "net.ipv4.ip_local_reserved_ports=" + reserved);
    }

    /** The status of an answer; a port of its own is what a client has that the edge has not. */
    private String ask(RealCommand edge, String url, int localPort) throws Exception {
        return inside(
                edge,
                tool("curl"),
                "-s",
                "-o",
                folder.resolve("body").toString(),
                "-w",
                "%{http_code}",
                "--max-time",
                "20",
                "--local-port",
                "" + localPort,
                url);
    }

    private String inside(RealCommand edge, String... words) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(tool("nsenter"), "--net=/proc/" + edge.pid() + "/ns/net"));
        command.addAll(List.of(words));
        try (var program = RealCommand.program(folder, command)) {
            return program.finish().out();
        }
    }

    /** Sets how many files the edge may open; the number before. */
    private String files(RealCommand edge, String most) throws Exception {
        String limit = tool("prlimit");
        String pid = "" + edge.pid();
        String before;
        try (var program =
                RealCommand.program(
                        folder,
                        List.of(
                                limit,
                                "--pid",
                                pid,
                                "--nofile",
                                "--raw",
                                "-o",
                                "SOFT",
                                "--noheadings"))) {
            before = program.finish().out().strip();
        }
        try (var program =
                RealCommand.program(
                        folder, List.of(limit, "--pid", pid, "--nofile=" + most + ":"))) {
            assertThat(program.finish().exit()).isZero();
        }
        return before;
    }

    private static Socket connected(RealCommand edge, int port) throws IOException {
        edge.awaitText("edge started");
        Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** The head of the answer to one more request on a connection. */
    private static String ask(Socket client) throws IOException {
        client.getOutputStream()
                .write("HEAD / HTTP/1.1\r\nhost: web.test\r\n\r\n".getBytes(US_ASCII));
        return head(client);
    }

    private static String head(Socket from) throws IOException {
        var head = new StringBuilder();
        for (int octet = 0; octet >= 0 && head.indexOf("\r\n\r\n") < 0; ) {
            octet = from.getInputStream().read();
            head.append((char) octet);
        }
        return head.toString();
    }

    /** One request a connection, so that each needs a socket. */
    private static void answer(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                head(socket);
                socket.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".getBytes(US_ASCII));
            } catch (IOException _) {
                // the test is over, or the edge left
            }
        }
    }
}
