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
import dev.sallyport.core.tls.mutual.EdgeKey;
import dev.sallyport.core.upstream.Endpoint;
import dev.sallyport.core.upstream.HttpUpstream;
import dev.sallyport.core.upstream.LoopUpstreams;
import dev.sallyport.core.upstream.UpstreamSettings;
import dev.sallyport.core.upstream.care.CareStatus;
import dev.sallyport.core.upstream.care.CareTools;
import dev.sallyport.core.upstream.care.UpstreamCare;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes upstreams, begins their care when their snapshot is published, and ends it. */
final class UpstreamKeeper implements SnapshotCompiler.UpstreamMaker {
    private static final Logger log = LoggerFactory.getLogger(UpstreamKeeper.class);

    /** How long names and health checks may hold up a start or a reload. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final String HTTP_1 = "http/1.1";
    private static final String HTTP_2 = "h2";

    private final List<LoopUpstreams> loops;
    private final CareTools tools;
    private final TlsEngine engine;
    private final EdgeKey.Issuer issuer;
    private volatile List<String> tlsProblems = List.of();
    private final Map<HttpUpstream, Kept> kept = new ConcurrentHashMap<>();

    UpstreamKeeper(
            List<LoopUpstreams> loops, CareTools tools, TlsEngine engine, EdgeKey.Issuer issuer) {
        this.issuer = issuer;
        this.loops = List.copyOf(loops);
        this.tools = tools;
        this.engine = engine;
    }

    @Override
    public HttpUpstream make(Upstream settings, int metric, HeadLimits responseLimits) {
        KeptTls tls = hasTls(settings) ? tls(settings) : null;
        try {
            UpstreamSettings compiled =
                    new UpstreamSettings(
                            settings.name(),
                            metric,
                            settings.protocol(),
                            settings.balance(),
                            tls,
                            settings.connectTimeout().toNanos(),
                            settings.maxConnections(),
                            // A connection that names one client carries none of another.
                            settings.proxyProtocol() == null ? settings.idleConnections() : 0,
                            settings.idleTimeout().toNanos(),
                            settings.ejection().failures(),
                            settings.ejection().within().toNanos(),
                            settings.ejection().duration().toNanos(),
                            responseLimits,
                            settings.hold().toNanos(),
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

    /**
     * The endpoints of what a provider found come and go: what runs is told of the new ones, and
     * the others keep their pools.
     */
    @Override
    public boolean isAdaptable(HttpUpstream live, Upstream settings) {
        Kept each = kept.get(live);
        return each != null
                && Upstream.isFound(settings.name())
                && each.settings()
                        .withEndpoints(List.of())
                        .equals(settings.withEndpoints(List.of()))
                && (each.tls() != null || !hasTls(settings));
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
                .anyMatch(each -> EndpointAddress.isTls(each.address()));
    }

    private KeptTls tls(Upstream settings) {
        EdgeKey key = key(settings);
        UpstreamTls http1 = tls(settings, List.of(HTTP_1), key);
        try {
            if (settings.proxyProtocol() != null) {
                return new KeptTls(http1, null);
            }
            return switch (settings.protocol()) {
                case HTTP_1_1, H2C -> new KeptTls(http1, null);
                case H2 -> new KeptTls(http1, tls(settings, List.of(HTTP_2), key));
                case AUTO -> new KeptTls(http1, tls(settings, List.of(HTTP_2, HTTP_1), key));
            };
        } catch (IllegalArgumentException e) {
            http1.close();
            throw e;
        }
    }

    private @Nullable EdgeKey key(Upstream settings) {
        Upstream.ClientCertificate own = settings.tls().clientCertificate();
        if (own != null && !own.internal().isEmpty()) {
            List<String> names = own.internal().stream().map(Upstream.EdgeName::text).toList();
            return () -> issuer.current(names);
        }
        Path certificate = own == null ? null : own.certificateFile();
        Path key = own == null ? null : own.keyFile();
        return certificate == null || key == null
                ? null
                : EdgeKey.ofFiles(certificate, key, Clock.systemUTC());
    }

    private UpstreamTls tls(Upstream settings, List<String> protocols, @Nullable EdgeKey key) {
        try {
            return UpstreamTls.create(
                    new UpstreamTls.Settings(
                            settings.tls().serverName(),
                            settings.tls().caFile(),
                            settings.tls().verify(),
                            protocols,
                            settings.connectTimeout(),
                            key),
                    engine);
        } catch (UnusableCertificateException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Offers HTTP/1.1 alone, or what the upstream speaks where that is more. */
    private record KeptTls(UpstreamTls http1, @Nullable UpstreamTls other) implements Endpoint.Tls {
        @Override
        public SslHandler newHandler(
                ByteBufAllocator allocator, String host, int port, boolean onlyHttp1) {
            UpstreamTls tls = onlyHttp1 || other == null ? http1 : other;
            return tls.newHandler(allocator, host, port);
        }

        @Override
        public SSLContext context() {
            return http1.context();
        }

        @Override
        public SslHandler newTunnelHandler(ByteBufAllocator allocator, String host, int port) {
            return http1.newTunnelHandler(allocator, host, port);
        }

        List<String> refresh() {
            List<String> problems = new ArrayList<>();
            try {
                http1.refresh();
                problems.addAll(http1.problems());
                if (other != null) {
                    other.refresh();
                }
            } catch (UnusableCertificateException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
            return problems;
        }

        void close() {
            http1.close();
            if (other != null) {
                other.close();
            }
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
        adapt(next);
        boolean isFirst = before.upstreams().isEmpty();
        // Containers begin at any time; what they take to listen holds up nobody but themselves.
        begun.removeIf(live -> !isFirst && Upstream.isFound(live.name()));
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

    private void adapt(Snapshot next) {
        for (Upstream settings : next.config().upstreams()) {
            HttpUpstream live = next.upstreams().get(settings.name());
            Kept each = live == null ? null : kept.get(live);
            if (live != null && each != null && !each.settings().equals(settings)) {
                each.care().update(settings);
                kept.put(live, new Kept(settings, each.care(), each.tls()));
            }
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

    /** Reads again the files that TLS settings name; tells what is wrong once, when it begins. */
    void refreshTls() {
        List<String> problems = new ArrayList<>();
        for (Kept each : kept.values()) {
            KeptTls tls = each.tls();
            if (tls != null) {
                for (String why : tls.refresh()) {
                    problems.add("upstreams." + each.settings().name() + ".tls: " + why);
                }
            }
        }
        for (String each : problems) {
            if (!tlsProblems.contains(each)) {
                log.error("upstream not as configured reason={}", each);
            }
        }
        tlsProblems = List.copyOf(problems);
    }

    /** What is wrong with those files, as read last. */
    List<String> tlsProblems() {
        return tlsProblems;
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

    private record Kept(Upstream settings, UpstreamCare care, @Nullable KeptTls tls) {
        void close() {
            care.end();
            if (tls != null) {
                tls.close();
            }
        }

        /** Connections that are being made still need the context for their handshake. */
        void closeLater() {
            KeptTls last = tls;
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
