package dev.sallyport.core.exchange;

import dev.sallyport.core.http.Field;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.http.grpc.GrpcCall;
import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.observe.log.AccessQueue;
import dev.sallyport.core.observe.log.AccessRecord;
import dev.sallyport.core.observe.metrics.LoopMetrics;
import dev.sallyport.core.observe.metrics.MetricNames;
import dev.sallyport.core.rebuild.ClientIdentity;
import dev.sallyport.core.rebuild.Peer;
import dev.sallyport.core.rebuild.RequestTrace;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/** Turns an exchange that ended into counters and one access record. One per loop. */
final class Recorder {
    private static final long ANCHOR_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Loop loop;
    private final LoopMetrics metrics;
    private final AccessQueue log;
    private final Clock clock;
    private final AccessRecord record = new AccessRecord();
    private long anchorNanos;
    private long anchorMicros;

    Recorder(Loop loop, LoopMetrics metrics, AccessQueue log, Clock clock) {
        this.loop = loop;
        this.metrics = metrics;
        this.log = log;
        this.clock = clock;
        anchor(loop.nanoTime());
    }

    void record(Exchange exchange) {
        Forwarding forwarding = exchange.forwarding;
        Route route = exchange.route;
        long totalMicros = (exchange.endNanos - exchange.startNanos) / 1000;
        int metric = route == null ? MetricNames.NONE : route.metric();
        if (route == null) {
            metrics.requestStarted(metric);
        }
        metrics.requestEnded(
                metric, exchange.status, exchange.bytesIn, exchange.bytesOut, totalMicros);
        record.clear();
        record.startEpochMicros = epochMicros(exchange.startNanos);
        record.requestId = exchange.requestId();
        record.status = exchange.status;
        record.bytesIn = exchange.bytesIn;
        record.bytesOut = exchange.bytesOut;
        GrpcCall grpc = exchange.grpc;
        if (grpc != null) {
            record.grpcStatus = grpc.status();
        }
        record.attempts = forwarding.attempts();
        record.totalMicros = totalMicros;
        record.filtersMicros = micros(forwarding.filterNanos());
        record.connectMicros = micros(forwarding.connectNanos());
        record.upstreamFirstByteMicros = micros(forwarding.firstByteNanos());
        record.upstreamStartMicros = micros(forwarding.startNanos());
        record.upstreamTotalMicros = micros(forwarding.totalNanos());
        record.tunnel = exchange.isTunnel;
        record.reason = exchange.reason;
        record.verdict = exchange.verdictFilter;
        record.endpoint = forwarding.endpoint();
        if (route != null) {
            record.route = route.name();
            if (route.action() instanceof Route.Action.Forward forward) {
                record.upstream = forward.upstream().name();
            }
        }
        RequestTrace trace = exchange.trace;
        if (trace != null) {
            trace.fill(record);
            if (trace.isSampled()) {
                metrics.requestTraced(
                        metric,
                        totalMicros,
                        record.traceHigh,
                        record.traceLow,
                        record.spanId,
                        record.startEpochMicros / 1000);
            }
        }
        peer(exchange);
        head(exchange.head());
        log.offer(record);
    }

    private void peer(Exchange exchange) {
        Peer peer = exchange.peer();
        byte[] raw = exchange.client().raw();
        record.clientFamily = raw.length == 4 ? 4 : 6;
        record.clientLow = low(raw);
        record.clientHigh = raw.length == 4 ? 0 : big(raw, 0, 8);
        record.clientPort = peer.port();
        record.listener = peer.listener();
        Peer.Tls tls = peer.tls();
        if (tls != null) {
            record.tlsVersion = tls.version();
            record.tlsCipher = tls.cipher();
            record.alpn = tls.alpn();
            ClientIdentity client = tls.client();
            if (client != null) {
                record.clientSubject = client.subject();
                record.clientFingerprint = client.fingerprint();
            }
        }
    }

    private void head(RequestHead head) {
        byte[] bytes = head.bytes();
        record.protocol = head.protocol();
        record.text(AccessRecord.METHOD, bytes, head.methodOffset(), head.methodLength());
        record.text(AccessRecord.HOST, bytes, head.hostOffset(), head.hostLength());
        record.text(AccessRecord.PATH, bytes, head.pathOffset(), head.pathLength());
        record.text(AccessRecord.QUERY, bytes, head.queryOffset(), head.queryLength());
        field(head.fields(), Field.USER_AGENT, AccessRecord.USER_AGENT);
        field(head.fields(), Field.REFERER, AccessRecord.REFERER);
    }

    /** Lets go of what no record names, of the head of an exchange that may last for days. */
    static void trim(RequestHead head) {
        int end = Math.max(end(head.methodOffset(), head.methodLength()), 1);
        end = Math.max(end, end(head.hostOffset(), head.hostLength()));
        end = Math.max(end, end(head.pathOffset(), head.pathLength()));
        end = Math.max(end, end(head.queryOffset(), head.queryLength()));
        head.fields().keepOnly(end, Field.USER_AGENT, Field.REFERER);
    }

    private static int end(int offset, int length) {
        return length == 0 ? 0 : offset + length;
    }

    private void field(FieldTable fields, int id, int text) {
        int at = fields.find(id);
        if (at >= 0) {
            record.text(text, fields.bytes(), fields.valueOffset(at), fields.valueLength(at));
        }
    }

    private static long low(byte[] raw) {
        return raw.length == 4 ? big(raw, 0, 4) : big(raw, 8, 8);
    }

    private static long big(byte[] raw, int offset, int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | (raw[offset + i] & 0xFF);
        }
        return value;
    }

    private static long micros(long nanos) {
        return nanos == Forwarding.ABSENT ? AccessRecord.ABSENT : nanos / 1000;
    }

    /**
     * Wall-clock time of a loop time; anchored anew now and then, since the wall clock is
     * corrected.
     */
    private long epochMicros(long nanos) {
        if (nanos - anchorNanos > ANCHOR_NANOS) {
            anchor(loop.nanoTime());
        }
        return anchorMicros + (nanos - anchorNanos) / 1000;
    }

    private void anchor(long now) {
        anchorNanos = now;
        anchorMicros = clock.millis() * 1000;
    }
}
