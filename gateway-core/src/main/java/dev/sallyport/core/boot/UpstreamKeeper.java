package dev.sallyport.core.boot;

import dev.sallyport.acme.certificate.UnusableCertificateException;
import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.value.EndpointAddress;
import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.proxyheader.ProxyHeaderWriter;
import dev.sallyport.core.snapshot.Snapshot;
import dev.sallyport.core.snapshot.SnapshotCompiler;
import dev.sallyport.core.tls.TlsEngine;
import dev.sallyport.core.tls.UpstreamTls;
import dev.sallyport.core.upstream.HttpUpstream;
import dev.sallyport.core.upstream.LoopUpstreams;
import dev.sallyport.core.upstream.UpstreamSettings;
import dev.sallyport.core.upstream.care.CareStatus;
import dev.sallyport.core.upstream.care.CareTools;
import dev.sallyport.core.upstream.care.UpstreamCare;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Makes upstreams, begins their care when their snapshot is published, and ends it. */
final class UpstreamKeeper implements SnapshotCompiler.UpstreamMaker {
    /** How long names and health checks may hold up a start or a reload. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final List<LoopUpstreams> loops;
    private final CareTools tools;
    private final TlsEngine engine;
    private final Map<HttpUpstream, Kept> kept = new ConcurrentHashMap<>();

    UpstreamKeeper(List<LoopUpstreams> loops, CareTools tools, TlsEngine engine) {
        this.loops = List.copyOf(loops);
        this.tools = tools;
        this.engine = engine;
    }

    @Override
    public HttpUpstream make(Upstream settings, int metric, HeadLimits responseLimits) {
        UpstreamTls tls = hasTls(settings) ? tls(settings) : null;
        try {
            UpstreamSettings compiled =
                    new UpstreamSettings(
                            settings.name(),
                            metric,
                            settings.balance(),
                            tls == null ? null : tls::newHandler,
                            settings.connectTimeout().toNanos(),
                            settings.maxConnections(),
                            // A connection that names one client carries none of another.
                            settings.proxyProtocol() == null ? settings.idleConnections() : 0,
                            settings.idleTimeout().toNanos(),
                            settings.ejection().failures(),
                            settings.ejection().within().toNanos(),
                            settings.ejection().duration().toNanos(),
                            responseLimits,
                            tls == null ? null : tls::newTunnelHandler,
                            proxyHeader(settings.proxyProtocol()));
            HttpUpstream live = new HttpUpstream(compiled, loops);
            UpstreamCare care = UpstreamCare.create(settings, live, tools);
            kept.put(live, new Kept(settings, care, tls));
            return live;
        } catch (IllegalArgumentException e) {
            if (tls != null) {
                tls.close();
            }
            throw e;
        }
    }

    private static @Nullable ProxyHeaderWriter proxyHeader(
            Upstream.@Nullable ProxyVersion version) {
        return switch (version) {
            case null -> null;
            case V1 -> ProxyHeaderWriter.V1;
            case V2 -> ProxyHeaderWriter.V2;
        };
    }

    private static boolean hasTls(Upstream settings) {
        return settings.endpoints().stream()
                .anyMatch(each -> each.address() instanceof EndpointAddress.Tls);
    }

    private UpstreamTls tls(Upstream settings) {
        try {
            return UpstreamTls.create(
                    new UpstreamTls.Settings(
                            settings.tls().serverName(),
                            settings.tls().caFile(),
                            settings.tls().verify(),
                            List.of("http/1.1"),
                            settings.connectTimeout()),
                    engine);
        } catch (UnusableCertificateException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * Looks after what {@code next} has and {@code before} had not; returns when names and health
     * are known, or after a second at most.
     */
    void begin(Snapshot before, Snapshot next) {
        tools.names().use(next.config().dns());
        Set<HttpUpstream> begun = only(next, before);
        for (HttpUpstream live : begun) {
            Kept each = kept.get(live);
            if (each != null) {
                each.care().begin(before.upstreams().get(live.name()));
            }
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (HttpUpstream live : begun) {
                Kept each = kept.get(live);
                if (each != null) {
                    each.care().awaitFirst(deadline);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Gives up what was made for a snapshot that is not published. */
    void discard(Snapshot inForce) {
        Set<HttpUpstream> living = new HashSet<>(inForce.upstreams().values());
        kept.entrySet()
                .removeIf(each -> {
                    boolean isLost = !living.contains(each.getKey());
                    if (isLost) {
                        each.getValue().close();
                    }
                    return isLost;
                });
    }

    /** Lets go of what {@code before} had and {@code next} has not. */
    void end(Snapshot before, Snapshot next) {
        for (HttpUpstream gone : only(before, next)) {
            gone.retire();
            Kept each = kept.remove(gone);
            if (each != null) {
                each.care().end();
                each.closeLater();
            }
        }
        Set<String> names = new HashSet<>();
        kept.values().forEach(each -> names.addAll(UpstreamCare.names(each.settings())));
        tools.names().keepOnly(names);
    }

    /** How the care of each upstream stands, by name. */
    Map<String, CareStatus> status(Snapshot snapshot) {
        Map<String, CareStatus> all = new LinkedHashMap<>();
        snapshot.upstreams()
                .forEach((name, live) -> {
                    Kept each = kept.get(live);
                    if (each != null) {
                        all.put(name, each.care().status());
                    }
                });
        return all;
    }

    void close() {
        kept.keySet().forEach(HttpUpstream::retire);
        kept.values().forEach(Kept::close);
        kept.clear();
    }

    /** Upstreams of a snapshot that another does not share. */
    private static Set<HttpUpstream> only(Snapshot in, Snapshot notIn) {
        Set<HttpUpstream> only = new HashSet<>(in.upstreams().values());
        only.removeAll(notIn.upstreams().values());
        return only;
    }

    private record Kept(Upstream settings, UpstreamCare care, @Nullable UpstreamTls tls) {
        void close() {
            care.end();
            if (tls != null) {
                tls.close();
            }
        }

        /** Connections that are being made still need the context for their handshake. */
        void closeLater() {
            UpstreamTls last = tls;
            if (last != null) {
                Thread.ofVirtual()
                        .name("retire-" + settings.name())
                        .start(() -> {
                            try {
                                Thread.sleep(settings.connectTimeout().plus(PATIENCE));
                            } catch (InterruptedException _) {
                                Thread.currentThread().interrupt();
                            }
                            last.close();
                        });
            }
        }
    }
}
