package dev.sallyport.core.observe.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import dev.sallyport.core.observe.log.AccessLog;
import dev.sallyport.core.observe.log.AccessQueue;
import dev.sallyport.core.observe.log.AccessRecord;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SpanExportTest {
    private final AccessQueue queue = new AccessQueue(1 << 20);
    private long now;

    @Test
    void sendsAServerAndAClientSpanToACollector() throws Exception {
        try (Collector collector = new Collector(200)) {
            SpanExport export =
                    SpanExport.to(collector.url(), "edge", Map.of("authorization", "Bearer x"));
            ExportTraceServiceRequest request;
            try (AccessLog _ = AccessLog.start(List.of(queue), List.of(export))) {
                queue.offer(record());
                request = collector.next();
                await(export, 2);
            }

            assertThat(collector.authorization).isEqualTo("Bearer x");
            ResourceSpans received = request.getResourceSpans(0);
            assertThat(attributes(received.getResource().getAttributesList()))
                    .containsEntry("service.name", "edge");
            List<Span> spans = received.getScopeSpans(0).getSpansList();
            assertThat(spans).hasSize(2);
            Span server = spans.get(0);
            Span client = spans.get(1);

            assertThat(server.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
            assertThat(server.getName()).isEqualTo("GET api");
            assertThat(hex(server.getTraceId())).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
            assertThat(hex(server.getSpanId())).isEqualTo("00f067aa0ba902b7");
            assertThat(hex(server.getParentSpanId())).isEqualTo("1122334455667788");
            assertThat(server.getStartTimeUnixNano()).isEqualTo(1_795_467_479_123_456_000L);
            assertThat(server.getEndTimeUnixNano() - server.getStartTimeUnixNano())
                    .isEqualTo(2_345_000);
            assertThat(server.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);
            assertThat(attributes(server.getAttributesList()))
                    .containsEntry("http.request.method", "GET")
                    .containsEntry("url.scheme", "https")
                    .containsEntry("url.path", "/v1/orders")
                    .containsEntry("url.query", "page=2")
                    .containsEntry("server.address", "app.example.com")
                    .containsEntry("client.address", "203.0.113.9")
                    .containsEntry("client.port", "51234")
                    .containsEntry("network.protocol.version", "1.1")
                    .containsEntry("http.response.status_code", "404")
                    .containsEntry("user_agent.original", "curl/8.5.0")
                    .containsEntry("sallyport.route", "api")
                    .containsEntry("sallyport.request_id", "0123456789abcdef");

            assertThat(client.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
            assertThat(client.getName()).isEqualTo("GET");
            assertThat(client.getTraceId()).isEqualTo(server.getTraceId());
            assertThat(client.getParentSpanId()).isEqualTo(server.getSpanId());
            assertThat(hex(client.getSpanId())).isEqualTo("99aabbccddeeff00");
            assertThat(client.getStartTimeUnixNano() - server.getStartTimeUnixNano())
                    .isEqualTo(100_000);
            assertThat(client.getEndTimeUnixNano() - client.getStartTimeUnixNano())
                    .isEqualTo(2_000_000);
            assertThat(client.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
            assertThat(attributes(client.getAttributesList()))
                    .containsEntry("server.address", "2001:db8::1")
                    .containsEntry("server.port", "9000")
                    .containsEntry("http.response.status_code", "404")
                    .containsEntry("http.request.resend_count", "1")
                    .containsEntry("error.type", "404");
            assertThat(export.exported()).isEqualTo(2);
            assertThat(export.dropped()).isZero();
        }
    }

    @Test
    void countsWhatTheCollectorDoesNotTake() throws Exception {
        try (Collector collector = new Collector(400)) {
            SpanExport export = SpanExport.to(collector.url(), "edge", Map.of());
            queue.offer(record());
            try (AccessLog _ = AccessLog.start(List.of(queue), List.of(export))) {
                collector.next();
                await(export, 2);
            }

            assertThat(export.exported()).isZero();
            assertThat(export.dropped()).isEqualTo(2);
        }
    }

    @Test
    void marksAFailedAttemptWithTheReason() {
        RecordingExporter exporter = new RecordingExporter();
        AccessRecord record = record();
        record.status = 502;
        record.reason = "connect-refused";
        record.upstreamFirstByteMicros = AccessRecord.ABSENT;
        record.endpoint = "unix:/run/app.sock";

        round(export(exporter), record);

        SpanData server = exporter.spans.get(0);
        SpanData client = exporter.spans.get(1);
        assertThat(server.getStatus().getStatusCode()).hasToString("ERROR");
        assertThat(server.getAttributes().asMap()).containsValue("connect-refused");
        assertThat(client.getAttributes().asMap())
                .containsValue("unix:/run/app.sock")
                .doesNotContainValue(502L);
    }

    @Test
    void namesNoMethodItDoesNotKnow() {
        RecordingExporter exporter = new RecordingExporter();
        AccessRecord record = record();
        text(record, AccessRecord.METHOD, "BREW");
        record.upstreamSpanId = 0;
        record.parentSpanId = 0;
        record.route = null;

        round(export(exporter), record);

        assertThat(exporter.spans).hasSize(1);
        assertThat(exporter.spans.getFirst().getName()).isEqualTo("HTTP");
        assertThat(exporter.spans.getFirst().getAttributes().asMap()).containsValue("_OTHER");
        assertThat(exporter.spans.getFirst().getParentSpanContext().isValid()).isFalse();
    }

    @Test
    void leavesOutWhatIsNotSampled() {
        RecordingExporter exporter = new RecordingExporter();
        AccessRecord record = record();
        record.sampled = false;

        round(export(exporter), record);

        assertThat(exporter.spans).isEmpty();
    }

    @Test
    void waitsForABatchOrASecond() {
        RecordingExporter exporter = new RecordingExporter();
        SpanExport export = export(exporter);
        offer(export, record());
        export.flush();
        assertThat(exporter.batches).isZero();

        now += Duration.ofSeconds(1).toNanos();
        export.flush();
        assertThat(exporter.batches).isOne();

        for (int i = 0; i < 256; i++) {
            offer(export, record());
        }
        export.flush();
        assertThat(exporter.batches).isEqualTo(2);
    }

    @Test
    void boundsWhatWaitsForASlowCollectorAndCountsTheRest() {
        RecordingExporter exporter = new RecordingExporter();
        exporter.answer = new CompletableResultCode();
        SpanExport export = export(exporter);

        for (int i = 0; i < 2000; i++) {
            offer(export, record());
            export.flush();
        }

        assertThat(exporter.batches).isOne();
        assertThat(export.dropped()).isEqualTo(4000 - 512 - 2048);
        exporter.answer.succeed();
        export.close();
        assertThat(export.exported()).isEqualTo(512 + 2048);
        assertThat(export.exported() + export.dropped()).isEqualTo(4000);
    }

    /** Waits until the fate of so many spans is known. */
    private static void await(SpanExport export, long spans) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (export.exported() + export.dropped() < spans && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }

    private SpanExport export(SpanExporter exporter) {
        return new SpanExport(exporter, Resource.empty(), () -> now);
    }

    private void round(SpanExport export, AccessRecord record) {
        offer(export, record);
        now += Duration.ofSeconds(1).toNanos();
        export.flush();
    }

    private void offer(SpanExport export, AccessRecord record) {
        queue.offer(record);
        queue.drain(export);
    }

    private static AccessRecord record() {
        AccessRecord record = new AccessRecord();
        record.startEpochMicros = 1_795_467_479_123_456L;
        record.requestId = 0x0123456789abcdefL;
        record.clientFamily = 4;
        record.clientLow = 203L << 24 | 113 << 8 | 9;
        record.clientPort = 51234;
        record.protocol = "HTTP/1.1";
        record.tlsVersion = "TLSv1.3";
        text(record, AccessRecord.METHOD, "GET");
        text(record, AccessRecord.HOST, "app.example.com");
        text(record, AccessRecord.PATH, "/v1/orders");
        text(record, AccessRecord.QUERY, "?page=2");
        text(record, AccessRecord.USER_AGENT, "curl/8.5.0");
        record.status = 404;
        record.route = "api";
        record.upstream = "app";
        record.endpoint = "[2001:db8::1]:9000";
        record.attempts = 2;
        record.totalMicros = 2345;
        record.upstreamStartMicros = 100;
        record.upstreamFirstByteMicros = 1500;
        record.upstreamTotalMicros = 2000;
        record.traceHigh = 0x4bf92f3577b34da6L;
        record.traceLow = 0xa3ce929d0e0e4736L;
        record.spanId = 0x00f067aa0ba902b7L;
        record.parentSpanId = 0x1122334455667788L;
        record.upstreamSpanId = 0x99aabbccddeeff00L;
        record.sampled = true;
        return record;
    }

    private static void text(AccessRecord record, int which, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        record.text(which, bytes, 0, bytes.length);
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private static Map<String, String> attributes(List<KeyValue> list) {
        Map<String, String> attributes = new TreeMap<>();
        for (KeyValue each : list) {
            attributes.put(
                    each.getKey(),
                    each.getValue().hasIntValue()
                            ? Long.toString(each.getValue().getIntValue())
                            : each.getValue().getStringValue());
        }
        return attributes;
    }

    private static final class RecordingExporter implements SpanExporter {
        final List<SpanData> spans = new ArrayList<>();
        int batches;
        CompletableResultCode answer = CompletableResultCode.ofSuccess();

        @Override
        public CompletableResultCode export(Collection<SpanData> batch) {
            batches++;
            spans.addAll(batch);
            return answer;
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }

    /** An OTLP receiver that keeps what it is sent. */
    private static final class Collector implements AutoCloseable {
        private final BlockingQueue<ExportTraceServiceRequest> requests =
                new LinkedBlockingQueue<>();
        private final HttpServer server;
        volatile @Nullable String authorization;

        Collector(int status) throws IOException {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext(
                    "/v1/traces",
                    exchange -> {
                        authorization = exchange.getRequestHeaders().getFirst("Authorization");
                        try (GZIPInputStream body =
                                new GZIPInputStream(exchange.getRequestBody())) {
                            requests.add(ExportTraceServiceRequest.parseFrom(body));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                        byte[] answer =
                                ExportTraceServiceResponse.getDefaultInstance().toByteArray();
                        exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
                        exchange.sendResponseHeaders(
                                status, answer.length == 0 ? -1 : answer.length);
                        exchange.close();
                    });
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
        }

        ExportTraceServiceRequest next() throws InterruptedException {
            ExportTraceServiceRequest request = requests.poll(60, TimeUnit.SECONDS);
            assertThat(request).isNotNull();
            return request;
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
