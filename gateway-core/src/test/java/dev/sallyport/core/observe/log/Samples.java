package dev.sallyport.core.observe.log;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Records and what becomes of them, for tests. */
final class Samples {
    private Samples() {}

    static AccessRecord full() {
        AccessRecord record = new AccessRecord();
        record.startEpochMicros = 1_795_467_479_123_456L;
        record.requestId = 0x0123456789abcdefL;
        record.clientFamily = 4;
        record.clientLow = 203L << 24 | 113 << 8 | 9;
        record.clientPort = 51234;
        record.listener = "secure";
        record.protocol = "HTTP/1.1";
        record.tlsVersion = "TLSv1.3";
        record.tlsCipher = "TLS_AES_128_GCM_SHA256";
        record.alpn = "http/1.1";
        record.clientSubject = "CN=cart";
        record.clientFingerprint = "ab12";
        text(record, AccessRecord.METHOD, "GET");
        text(record, AccessRecord.HOST, "app.example.com");
        text(record, AccessRecord.PATH, "/v1/orders");
        text(record, AccessRecord.QUERY, "?page=2");
        text(record, AccessRecord.USER_AGENT, "curl/8.5.0");
        text(record, AccessRecord.REFERER, "https://example.com/");
        record.status = 200;
        record.bytesIn = 17;
        record.bytesOut = 1234;
        record.route = "api";
        record.upstream = "app";
        record.endpoint = "127.0.0.1:9000";
        record.attempts = 2;
        record.reason = "rate-limit";
        record.verdict = "rate-limit";
        record.tunnel = true;
        record.grpcStatus = 5;
        record.totalMicros = 2345;
        record.filtersMicros = 12;
        record.connectMicros = 300;
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

    static AccessRecord bare() {
        AccessRecord record = new AccessRecord();
        record.startEpochMicros = 1_795_467_479_000_001L;
        record.requestId = 1;
        record.status = 400;
        return record;
    }

    static void text(AccessRecord record, int which, String text) {
        byte[] bytes = ("head " + text + " tail").getBytes(StandardCharsets.ISO_8859_1);
        record.text(which, bytes, 5, text.length());
    }

    static String line(AccessFormat format, AccessRecord record) {
        return new String(lineBytes(format, record), StandardCharsets.UTF_8);
    }

    static byte[] lineBytes(AccessFormat format, AccessRecord record) {
        AccessFormat.Lines lines = format.lines();
        LineBuffer out = new LineBuffer();
        AccessQueue queue = new AccessQueue(1 << 16);
        queue.offer(record);
        queue.drain(entry -> lines.append(entry, out));
        return Arrays.copyOf(out.bytes(), out.length());
    }

    /** Keeps the paths of the records it is given. */
    static final class RecordingSink implements AccessSink {
        final List<String> paths = new ArrayList<>();
        int flushes;
        boolean closed;

        @Override
        public void accept(AccessEntry entry) {
            paths.add(entry.string(AccessRecord.PATH));
        }

        @Override
        public void flush() {
            flushes++;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
