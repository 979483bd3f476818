package dev.sallyport.core.outside;

import static dev.sallyport.core.outside.RawServer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The edge and the HTTP/3 client of ngtcp2, which shows each packet and resumes by 0-RTT. */
@ExtendWith(CleanLogs.class)
@Timeout(90)
class Http3ProgramsIT {
    private static final String EARLY =
            "listeners:\n  secure: {address: \"127.0.0.1:0\", tls: {http3: {early-data: %s}}}\n";

    private static final String REJECTED = "Early data was rejected by server";

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(names = {"EPOLL_TLS", "IO_URING_TLS"})
    void downloadsWithManyStreams(Wire wire) throws Exception {
        String text = "sallyport ".repeat(100_000);
        try (var origin = RawServer.answering(request -> ok(text));
                var edge = Edge.start(wire, origin.route())) {
            Path into = Files.createDirectory(folder.resolve("into"));

            client(edge.port("secure"), "/one", "--quiet", "--nstreams=10", "--download=" + into);

            assertThat(Files.readString(into.resolve("one")).equals(text)).isTrue();
            assertThat(origin.requests()).hasSize(10);
            edge.records().awaitCount(10);
        }
    }

    @Test
    void followsItsClientToAnotherAddressAndToOtherKeys() throws Exception {
        String text = "sallyport ".repeat(1_000_000);
        try (var origin = RawServer.answering(request -> ok(text));
                var edge = Edge.start(Wire.EPOLL_TLS, origin.route())) {
            Path into = Files.createDirectory(folder.resolve("into"));

            client(
                    edge.port("secure"),
                    "/one",
                    "--quiet",
                    "--download=" + into,
                    "--change-local-addr=20ms",
                    "--key-update=30ms");

            assertThat(Files.readString(into.resolve("one")).equals(text)).isTrue();
        }
    }

    @Test
    void takesEarlyRequestsForOrdinaryOnesOnceTheHandshakeIsOver() throws Exception {
        try (var origin = RawServer.answering(request -> ok("hello"));
                var edge = Edge.start(Wire.EPOLL_TLS, EARLY.formatted("true") + origin.route())) {
            int port = edge.port("secure");
            resuming(port);

            assertThat(resuming(port)).contains("[:status: 200]").doesNotContain(REJECTED);
        }
    }

    @Test
    void takesNothingEarlyByDefault() throws Exception {
        try (var origin = RawServer.answering(request -> ok("hello"));
                var edge = Edge.start(Wire.EPOLL_TLS, EARLY.formatted("false") + origin.route())) {
            resuming(edge.port("secure"));

            assertThat(resuming(edge.port("secure"))).contains(REJECTED, "[:status: 200]");

            assertThat(origin.requests())
                    .hasSize(2)
                    .allSatisfy(each -> assertThat(each.field("early-data")).isNull());
        }
    }

    /** What the client says of one request, in the session of the last one where there was any. */
    private String resuming(int port, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of(options));
        all.add("--session-file=" + folder.resolve("session"));
        all.add("--tp-file=" + folder.resolve("parameters"));
        return client(port, "/", all.toArray(String[]::new));
    }

    private String client(int edge, String path, String... options) throws Exception {
        String port = Integer.toString(edge);
        List<String> command = new ArrayList<>(List.of(Programs.tool("gtlsclient")));
        command.add("--exit-on-all-streams-close");
        command.add("--no-quic-dump");
        command.addAll(List.of(options));
        command.addAll(List.of("localhost", port, "https://localhost:" + port + path));
        return new Programs(folder).run(command.toArray(String[]::new));
    }
}
