package dev.sallyport.core.exchange;

import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.Malformed;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.http.grpc.GrpcCall;
import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.observe.log.AccessQueue;
import dev.sallyport.core.observe.metrics.LoopMetrics;
import dev.sallyport.core.observe.metrics.MetricNames;
import dev.sallyport.core.observe.metrics.Metrics;
import dev.sallyport.core.observe.trace.TraceIds;
import dev.sallyport.core.rebuild.Answer;
import dev.sallyport.core.rebuild.AnswerWriter;
import dev.sallyport.core.rebuild.Peer;
import dev.sallyport.core.rebuild.RequestTrace;
import dev.sallyport.core.rebuild.ResponseHygiene;
import dev.sallyport.core.rebuild.Scratch;
import dev.sallyport.core.tunnel.Ending;
import dev.sallyport.core.tunnel.Mouth;
import dev.sallyport.core.tunnel.Tunnel;
import java.time.Clock;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What the exchanges of one loop share: ids, scratch memory, and where they are counted and
 * recorded.
 */
public final class LoopExchanges {
    private final Loop loop;
    private final LoopMetrics metrics;
    private final MetricNames malformedReasons;
    private final MetricNames edgeReasons;
    private final Recorder recorder;
    private final SplittableRandom ids;
    private @Nullable TraceIds traceIds;
    private double traceSample;
    private final Scratch scratch = new Scratch();
    private final ResponseHead localHead = new ResponseHead();
    private final Map<String, Integer> reasons = new HashMap<>();
    private final Map<Malformed, Integer> malformed = new EnumMap<>(Malformed.class);
    private final Set<Tunnel> tunnels = new LinkedHashSet<>();

    public LoopExchanges(
            Loop loop, Metrics metrics, AccessQueue log, Clock clock, SplittableRandom ids) {
        this.loop = loop;
        this.metrics = metrics.loop(loop.index());
        this.malformedReasons = metrics.malformedReasons();
        this.edgeReasons = metrics.edgeReasons();
        this.recorder = new Recorder(loop, this.metrics, log, clock);
        this.ids = ids;
    }

    public Loop loop() {
        return loop;
    }

    public LoopMetrics metrics() {
        return metrics;
    }

    /** Ends the tunnels that are open, as the last step of a drain. */
    public void closeTunnels() {
        for (Tunnel tunnel : List.copyOf(tunnels)) {
            tunnel.close();
        }
    }

    long nextId() {
        return ids.nextLong();
    }

    /** The trace of a request, read from its fields; null where tracing is not configured. */
    @Nullable RequestTrace trace(FieldTable fields, Rules rules) {
        if (!rules.isTracing()) {
            return null;
        }
        TraceIds present = traceIds;
        if (present == null || traceSample != rules.traceSample()) {
            traceSample = rules.traceSample();
            present = new TraceIds(ids.split(), traceSample);
            traceIds = present;
        }
        return new RequestTrace(fields, present);
    }

    Scratch scratch() {
        return scratch;
    }

    void retried(Upstream upstream) {
        metrics.upstreamRetried(upstream.metric());
    }

    void malformed(Malformed why) {
        metrics.malformed(
                malformed.computeIfAbsent(why, first -> malformedReasons.index(first.reason())));
    }

    /** Makes an answer of the edge itself: its head is {@link #localHead}, its body is given. */
    byte[] answer(Answer answer, long requestId, Peer peer, @Nullable GrpcCall call) {
        metrics.edgeResponded(reasons.computeIfAbsent(answer.reason(), edgeReasons::index));
        byte[] body = AnswerWriter.write(answer, requestId, call, localHead, scratch);
        ResponseHygiene.finish(localHead.fields(), peer, loop.httpDate());
        return body;
    }

    /** The head of the last answer; used up before another one is made. */
    ResponseHead localHead() {
        return localHead;
    }

    void record(Exchange exchange) {
        recorder.record(exchange);
    }

    /** Opens the tunnel that an exchange became. */
    void tunnel(Exchange exchange, Mouth client, Mouth server) {
        int metric = exchange.requireRoute().metric();
        metrics.tunnelOpened(metric);
        Tunnel[] opened = new Tunnel[1];
        Tunnel tunnel =
                Tunnel.open(
                        loop,
                        client,
                        server,
                        exchange.requireRoute().times().tunnelIdle(),
                        (up, down, ending) -> {
                            if (opened[0] != null) {
                                tunnels.remove(opened[0]);
                            }
                            metrics.tunnelClosed(metric, up, down);
                            exchange.tunnelClosed(
                                    up, down, ending == Ending.FINISHED ? null : ending.word());
                        });
        if (!exchange.isDone()) {
            opened[0] = tunnel;
            tunnels.add(tunnel);
        }
    }
}
