package dev.sallyport.core.outside;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sallyport.core.support.Tool;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The Autobahn suite of WebSocket (RFC 6455) against an echo server behind the edge: framing,
 * pings, reserved bits, opcodes, fragments, UTF-8 and closing. Its cases of speed (9) and
 * compression (12, 13) judge the echo server alone and are left out. The build puts the suite into
 * {@code target/autobahn}; it is written in Python 2 and brings an interpreter of its own.
 */
@ExtendWith(CleanLogs.class)
@Timeout(600)
@Isolated("loads the whole machine")
final class AutobahnIT {
    private static final int FEWEST_CASES = 240;

    private static final String ECHO =
            """
            import asyncio, sys, websockets
            async def echo(ws, *rest):
                async for message in ws: await ws.send(message)
            async def main():
                async with websockets.serve(echo, "127.0.0.1", 0, max_size=None, compression=None) as server:
                    print(server.sockets[0].getsockname()[1], flush=True)
                    await asyncio.Future()
            asyncio.run(main())
            """;

    private static final String START =
            """
            import sys
            sys.path.insert(0, sys.argv[1])
            sys.argv = ['wstest', '-m', 'fuzzingclient', '-s', sys.argv[2]]
            from autobahntestsuite import wstest
            wstest.run()
            """;

    @TempDir Path folder;

    @Test
    void everyCaseEndsAsTheSuiteWantsIt() throws Exception {
        withEcho(port -> {
            try (var edge = Edge.start(Wire.EPOLL, routes("127.0.0.1:" + port, "http/1.1"))) {
                judge(edge.port());
                edge.awaitMetric(0, "sallyport_tunnels");
            }
        });
    }

    /**
     * From HTTP/1.1 to streams of TLS, from these to others in clear, and by nghttpx to the end.
     */
    @Test
    void everyCaseEndsSoOverStreamsToo() throws Exception {
        Path socket = folder.resolve("nghttpx");
        withEcho(port -> {
            try (var _ =
                            new Programs(folder)
                                    .start(
                                            () -> Files.exists(socket),
                                            Programs.tool("nghttpx"),
                                            "--conf=/dev/null",
                                            "--workers=1",
                                            "--frontend=unix:" + socket + ";no-tls",
                                            "--backend=127.0.0.1," + port);
                    var second = Edge.start(Wire.EPOLL, routes("unix:" + socket, "h2c"));
                    var first =
                            Edge.start(
                                    Wire.EPOLL,
                                    routes(
                                            "https://127.0.0.1:" + second.port("secure"),
                                            "h2, tls: {server-name: a.example, ca-file: %s}"
                                                    .formatted(second.rootFile(folder))))) {
                judge(first.port());
                first.awaitMetric(0, "sallyport_tunnels");
                second.awaitMetric(0, "sallyport_tunnels");
                assertThat(second.records().await(line -> line.isTunnel()).protocol())
                        .isEqualTo("HTTP/2.0");
            }
        });
    }

    private static String routes(String address, String protocol) {
        return """
        routes:
          all: {forward: app}
        upstreams:
          app: {endpoints: ["%s"], protocol: %s}
        """
                .formatted(address, protocol);
    }

    /** What is done with an echo server on a port; the suite's judgement follows. */
    private interface Use {
        void of(int port) throws Exception;
    }

    private void withEcho(Use use) throws Exception {
        Path script = Files.writeString(folder.resolve("echo.py"), ECHO);
        Process echo =
                new ProcessBuilder(Tool.require("/usr/bin/python3").toString(), script.toString())
                        .redirectError(folder.resolve("echo.log").toFile())
                        .start();
        try (var lines = echo.inputReader()) {
            use.of(Integer.parseInt(lines.readLine()));
        } finally {
            echo.destroyForcibly();
        }

        Map<String, String> behaviours = behaviours(folder.resolve("report/index.json"));
        assertThat(behaviours).hasSizeGreaterThan(FEWEST_CASES);
        assertThat(behaviours.values()).containsOnly("OK", "NON-STRICT", "INFORMATIONAL");
    }

    private void judge(int port) throws Exception {
        Path plan = folder.resolve("plan.json");
        Files.writeString(
                plan,
                """
                {"outdir": "%s", "servers": [{"agent": "edge", "url": "ws://127.0.0.1:%d"}],
                 "cases": ["*"], "exclude-cases": ["9.*", "12.*", "13.*"], "exclude-agent-cases": {}}
                """
                        .formatted(folder.resolve("report"), port));
        Path start = Files.writeString(folder.resolve("start.py"), START);
        Path suite = jar("autobahntestsuite-maven-plugin");
        Path log = folder.resolve("suite.log");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Dpython.console.encoding=UTF-8",
                                "-Dpython.cachedir=" + folder.resolve("cache"),
                                "-cp",
                                jar("jython-standalone") + File.pathSeparator + suite,
                                "org.python.util.jython",
                                start.toString(),
                                suite.toString(),
                                plan.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            boolean isOver = process.waitFor(Duration.ofMinutes(8).toSeconds(), TimeUnit.SECONDS);
            assertThat(isOver).as("the suite's end; %s", Files.readString(log)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    private static Path jar(String name) throws IOException {
        Path place = Path.of("target/autobahn").toAbsolutePath();
        try (Stream<Path> files = Files.list(place)) {
            return files.filter(file -> file.getFileName().toString().startsWith(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(place + ": no " + name));
        }
    }

    /** By case: what the suite says of it and of the way it closed, the worse of both. */
    private static Map<String, String> behaviours(Path index) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (JsonParser json = new JsonFactory().createParser(index.toFile())) {
            String name = "";
            int depth = 0;
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.START_OBJECT) {
                    depth++;
                    name = depth == 3 ? String.valueOf(json.currentName()) : name;
                } else if (token == JsonToken.END_OBJECT) {
                    depth--;
                } else if (token == JsonToken.VALUE_STRING
                        && String.valueOf(json.currentName()).startsWith("behavior")) {
                    found.merge(name, json.getText(), AutobahnIT::worse);
                }
            }
        }
        return found;
    }

    private static String worse(String one, String other) {
        return one.equals("OK") ? other : one;
    }
}
