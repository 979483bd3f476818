package dev.sallyport.core.boot;

import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.value.EndpointAddress;
import dev.sallyport.config.model.value.IpAddress;
import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.loop.Loops;
import dev.sallyport.core.snapshot.Snapshot;
import dev.sallyport.core.snapshot.SnapshotCompiler;
import dev.sallyport.core.upstream.Endpoint;
import dev.sallyport.core.upstream.HttpUpstream;
import dev.sallyport.core.upstream.LoopUpstreams;
import dev.sallyport.core.upstream.UpstreamSettings;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Makes upstreams, begins their care when their snapshot is published, and ends it. */
final class UpstreamKeeper implements SnapshotCompiler.UpstreamMaker {
    private final Loops loops;
    private final List<LoopUpstreams> loopUpstreams;

    UpstreamKeeper(Loops loops, List<LoopUpstreams> loopUpstreams) {
        this.loops = loops;
        this.loopUpstreams = List.copyOf(loopUpstreams);
    }

    @Override
    public HttpUpstream make(Upstream settings, int metric, HeadLimits responseLimits) {
        UpstreamSettings compiled =
                new UpstreamSettings(
                        settings.name(),
                        metric,
                        settings.balance(),
                        null,
                        settings.tls().serverName(),
                        settings.connectTimeout().toNanos(),
                        settings.maxConnections(),
                        settings.idleConnections(),
                        settings.idleTimeout().toNanos(),
                        settings.ejection().failures(),
                        settings.ejection().within().toNanos(),
                        settings.ejection().duration().toNanos(),
                        responseLimits);
        HttpUpstream live = new HttpUpstream(compiled, loopUpstreams);
        List<Endpoint> endpoints = new ArrayList<>();
        for (Upstream.Endpoint endpoint : settings.endpoints()) {
            switch (endpoint.address()) {
                case EndpointAddress.Tcp(String host, int port) ->
                        endpoints.add(
                                new Endpoint(
                                        endpoint.address().toString(),
                                        new InetSocketAddress(
                                                java.util.Objects.requireNonNull(
                                                        IpAddress.toInetAddress(
                                                                java.util.Objects.requireNonNull(
                                                                        IpAddress.find(host)))),
                                                port),
                                        host,
                                        port,
                                        false,
                                        endpoint.weight(),
                                        loops.all().size(),
                                        compiled));
                default -> throw new IllegalArgumentException("later");
            }
        }
        live.endpoints(endpoints);
        return live;
    }

    void begin(Snapshot before, Snapshot next) {}

    void discard(Snapshot before, Snapshot next) {}

    void end(Snapshot before, Snapshot next) {
        for (Object gone : Gateway.only(before, next)) {
            ((HttpUpstream) gone).retire();
        }
    }

    void close(Snapshot last) {
        last.upstreams().values().forEach(HttpUpstream::retire);
    }
}
