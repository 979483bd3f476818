package dev.sallyport.core.observe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sallyport.core.observe.reason.HandshakeResult;
import dev.sallyport.core.observe.reason.Rejection;
import dev.sallyport.core.observe.reason.UpstreamFailure;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final String OPEN_METRICS =
            "application/openmetrics-text;version=1.0.0,text/plain;q=0.5";

    private final Metrics metrics =
            new Metrics(2, InstantSource.fixed(Instant.ofEpochSecond(1000)));
    private final Exposition exposition = new Exposition(metrics);
    private final LoopMetrics first = metrics.loop(0);
    private final LoopMetrics second = metrics.loop(1);

    @Test
    void sumsTheLoops() throws IOException {
        int app = metrics.routes().index("app");
        first.requestStarted(app);
        first.requestEnded(app, 200, 10, 100, 700);
        second.requestStarted(app);
        second.requestEnded(app, 204, 1, 2, 20_000_000);
        second.requestStarted(app);
        second.requestEnded(app, 503, 0, 0, 500);
        second.requestStarted(app);

        assertThat(lines(null))
                .contains(
                        "sallyport_requests_total{code_class=\"2xx\",route=\"app\"} 2.0",
                        "sallyport_requests_total{code_class=\"5xx\",route=\"app\"} 1.0",
                        "sallyport_requests_in_flight{route=\"app\"} 1.0",
                        "sallyport_request_bytes_total{route=\"app\"} 11.0",
                        "sallyport_response_bytes_total{route=\"app\"} 102.0",
                        "sallyport_request_duration_seconds_bucket{route=\"app\",le=\"5.0E-4\"} 1",
                        "sallyport_request_duration_seconds_bucket{route=\"app\",le=\"0.001\"} 2",
                        "sallyport_request_duration_seconds_bucket{route=\"app\",le=\"10.0\"} 2",
                        "sallyport_request_duration_seconds_bucket{route=\"app\",le=\"+Inf\"} 3",
                        "sallyport_request_duration_seconds_count{route=\"app\"} 3",
                        "sallyport_request_duration_seconds_sum{route=\"app\"} 20.0012");
    }

    @Test
    void countsConnectionsHandshakesAndRefusals() throws IOException {
        int secure = metrics.listeners().index("secure");
        first.connectionAccepted(secure);
        second.connectionAccepted(secure);
        second.connectionClosed(secure);
        first.connectionRejected(secure, Rejection.CLIENT_LIMIT);
        first.tlsHandshake(HandshakeResult.OK);
        second.tlsHandshake(HandshakeResult.OK);
        second.tlsHandshake(HandshakeResult.PROTOCOL);
        first.malformed(metrics.malformedReasons().index("duplicate-host"));
        first.edgeResponded(metrics.edgeReasons().index("no-route"));

        assertThat(lines(null))
                .contains(
                        "sallyport_connections{listener=\"secure\"} 1.0",
                        "sallyport_connections_accepted_total{listener=\"secure\"} 2.0",
                        "sallyport_connections_rejected_total{listener=\"secure\",reason=\"client-limit\"} 1.0",
                        "sallyport_tls_handshakes_total{result=\"ok\"} 2.0",
                        "sallyport_tls_handshakes_total{result=\"protocol\"} 1.0",
                        "sallyport_malformed_total{reason=\"duplicate-host\"} 1.0",
                        "sallyport_edge_responses_total{reason=\"no-route\"} 1.0");
    }

    @Test
    void countsUpstreamsAndTunnels() throws IOException {
        int app = metrics.upstreams().index("app");
        int route = metrics.routes().index("web");
        first.upstreamConnected(app);
        second.upstreamConnected(app);
        second.upstreamDisconnected(app);
        first.upstreamResponded(app, 404);
        first.upstreamFailed(app, UpstreamFailure.CONNECT_REFUSED);
        first.upstreamRetried(app);
        first.upstreamEjected(app);
        first.tunnelOpened(route);
        first.tunnelOpened(route);
        first.tunnelClosed(route, 5, 7);

        assertThat(lines(null))
                .contains(
                        "sallyport_upstream_connections{upstream=\"app\"} 1.0",
                        "sallyport_upstream_connects_total{upstream=\"app\"} 2.0",
                        "sallyport_upstream_responses_total{code_class=\"4xx\",upstream=\"app\"} 1.0",
                        "sallyport_upstream_failures_total{reason=\"connect-refused\",upstream=\"app\"} 1.0",
                        "sallyport_upstream_retries_total{upstream=\"app\"} 1.0",
                        "sallyport_upstream_ejections_total{upstream=\"app\"} 1.0",
                        "sallyport_tunnels{route=\"web\"} 1.0",
                        "sallyport_tunnel_bytes_total{direction=\"upstream\",route=\"web\"} 5.0",
                        "sallyport_tunnel_bytes_total{direction=\"downstream\",route=\"web\"} 7.0");
    }

    @Test
    void goesOnCountingWhenANameComesBack() throws IOException {
        request(metrics.routes().index("app"));
        metrics.routes().keepOnly(List.of());
        assertThat(text(null)).doesNotContain("route=\"app\"");

        request(metrics.routes().index("app"));

        assertThat(lines(null))
                .contains("sallyport_requests_total{code_class=\"2xx\",route=\"app\"} 2.0");
    }

    @Test
    void countsFromZeroWhenAnIndexGoesToAnotherName() throws IOException {
        int old = metrics.listeners().index("l0");
        first.connectionAccepted(old);
        for (int i = 1; i < 254; i++) {
            metrics.listeners().index("l" + i);
        }
        metrics.listeners().keepOnly(List.of());
        int other = metrics.listeners().index("fresh");
        assertThat(other).as("l0 still has a connection").isNotEqualTo(old);
        first.connectionClosed(old);

        int given = metrics.listeners().index("newer");
        first.connectionAccepted(given);

        assertThat(given).isEqualTo(old);
        assertThat(lines(null))
                .contains("sallyport_connections_accepted_total{listener=\"newer\"} 1.0");
    }

    @Test
    void staysTheSameSizeHoweverManyUnknownHostsAsk() throws IOException {
        request(MetricNames.NONE);
        int size = text(null).lines().toList().size();

        for (int i = 0; i < 100_000; i++) {
            request(MetricNames.NONE);
        }

        assertThat(text(null).lines().toList()).hasSize(size);
    }

    @Test
    void givesExemplarsToWhoAcceptsOpenMetrics() throws IOException {
        int app = metrics.routes().index("app");
        first.requestEnded(app, 200, 0, 0, 700);
        first.requestTraced(
                app, 700, 0x4bf92f3577b34da6L, 0xa3ce929d0e0e4736L, 0xf067aa0ba902b7L, 1_500);
        second.requestEnded(app, 200, 0, 0, 800);
        second.requestTraced(app, 800, 1, 2, 3, 1_400);

        assertThat(exposition.contentType(OPEN_METRICS)).startsWith("application/openmetrics-text");
        assertThat(text(OPEN_METRICS))
                .contains(
                        "sallyport_request_duration_seconds_bucket{route=\"app\",le=\"0.001\"} 2 # {span_id=\"00f067aa0ba902b7\",trace_id=\"4bf92f3577b34da6a3ce929d0e0e4736\"} 7.0E-4 1.500")
                .endsWith("# EOF\n");
        assertThat(exposition.contentType("text/plain")).startsWith("text/plain");
        assertThat(text("text/plain")).doesNotContain("trace_id", "# EOF");
    }

    @Test
    void keepsAnExampleForASecond() {
        TraceExamples examples = new TraceExamples();
        examples.offer(5, 0, 10, 1, 1, 1, 10_000);
        examples.offer(5, 0, 11, 2, 2, 2, 10_999);
        assertThat(examples.newest(5, 0, null))
                .isEqualTo(new TraceExamples.Example(10, 1, 1, 1, 10_000));

        examples.offer(5, 0, 12, 3, 3, 3, 11_000);

        assertThat(examples.newest(5, 0, null))
                .isEqualTo(new TraceExamples.Example(12, 3, 3, 3, 11_000));
        assertThat(examples.newest(5, 1, null)).isNull();
    }

    @Test
    void tellsOfTheProcess() throws IOException {
        new ProcessMetrics(((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric())
                .registerWith(metrics);

        assertThat(value("process_resident_memory_bytes")).isGreaterThan(10e6);
        assertThat(value("process_open_fds")).isGreaterThan(3);
        assertThat(value("process_cpu_seconds_total")).isPositive();
        assertThat(value("jvm_memory_used_bytes{area=\"heap\"}")).isPositive();
        assertThat(value("sallyport_buffer_memory_bytes{area=\"direct\"}")).isNotNegative();
    }

    @Test
    void refusesASecondSourceAndWrongLabels() {
        assertThatIllegalStateException()
                .isThrownBy(() -> metrics.register(Metric.REQUESTS, _ -> {}))
                .withMessage("sallyport_requests_total: registered twice (expected: once)");
        metrics.register(Metric.BUILD, samples -> samples.add(1, "only one"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> text(null))
                .withMessage(
                        "sallyport_build_info: [only one] (expected: values for [version, transport])");
    }

    @Test
    void exportsEveryMetricUnderItsDocumentedName() throws IOException {
        new ProcessMetrics(((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric())
                .registerWith(metrics);
        for (Metric metric : Metric.values()) {
            try {
                metrics.register(
                        metric,
                        samples ->
                                samples.add(
                                        1,
                                        metric.labels().stream()
                                                .map(_ -> "x")
                                                .toArray(String[]::new)));
            } catch (IllegalStateException e) {
                // A source of this room is there already.
                assertThat(e).hasMessageContaining("registered twice");
            }
        }
        fillEveryFamily();

        List<String> exported =
                text(null)
                        .lines()
                        .filter(line -> line.startsWith("# TYPE "))
                        .map(line -> line.substring("# TYPE ".length(), line.lastIndexOf(' ')))
                        .sorted()
                        .toList();

        assertThat(exported)
                .isEqualTo(
                        List.of(Metric.values()).stream()
                                .map(Metric::exportedName)
                                .sorted()
                                .toList());
    }

    @Test
    void isDocumentedAsItIs() throws IOException {
        String table =
                List.of(Metric.values()).stream()
                        .map(metric ->
                                "| `%s` | %s | %s | %s |"
                                        .formatted(
                                                metric.exportedName(),
                                                metric.type().name().toLowerCase(Locale.ROOT),
                                                metric.labels().stream()
                                                        .map(label -> "`" + label + "`")
                                                        .collect(Collectors.joining(", ")),
                                                metric.help()))
                        .collect(Collectors.joining("\n"));

        List<String> documented =
                Files.readAllLines(Path.of("../docs/metrics.md")).stream()
                        .filter(line -> line.startsWith("| `"))
                        .toList();

        assertThat(String.join("\n", documented)).isEqualTo(table);
    }

    private void fillEveryFamily() {
        first.tunnelOpened(metrics.routes().index("r"));
        first.relays().datagramUp(metrics.relays().index("d"), 1);
        first.relays().dropped(metrics.relays().index("d"), RelayMetrics.Drop.TOO_LARGE);
        first.upstreamConnected(metrics.upstreams().index("u"));
        first.connectionAccepted(metrics.listeners().index("l"));
        first.malformed(metrics.malformedReasons().index("m"));
        first.edgeResponded(metrics.edgeReasons().index("e"));
    }

    private void request(int route) {
        first.requestStarted(route);
        first.requestEnded(route, 200, 0, 0, 1);
    }

    private double value(String name) throws IOException {
        return lines(null).stream()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    private List<String> lines(@Nullable String accept) throws IOException {
        return text(accept).lines().toList();
    }

    private String text(@Nullable String accept) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        exposition.write(accept, out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
