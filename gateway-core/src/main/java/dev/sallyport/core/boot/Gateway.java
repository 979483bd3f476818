package dev.sallyport.core.boot;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import dev.sallyport.acme.challenge.ChallengeBoard;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.RelayRoute;
import dev.sallyport.config.model.Route;
import dev.sallyport.config.model.RuntimeSettings;
import dev.sallyport.core.admission.SharedAddress;
import dev.sallyport.core.downstream.LoopConnections;
import dev.sallyport.core.downstream.h2.Http2Loop;
import dev.sallyport.core.exchange.LoopExchanges;
import dev.sallyport.core.listen.Listeners;
import dev.sallyport.core.listen.LoopServices;
import dev.sallyport.core.listen.SnapshotDispatcher;
import dev.sallyport.core.listen.quic.QuicListener;
import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.loop.Loops;
import dev.sallyport.core.loop.Transport;
import dev.sallyport.core.loop.TransportChoice;
import dev.sallyport.core.observe.log.AccessLog;
import dev.sallyport.core.observe.log.AccessQueue;
import dev.sallyport.core.observe.log.AccessSink;
import dev.sallyport.core.observe.metrics.Metrics;
import dev.sallyport.core.relay.LoopRelays;
import dev.sallyport.core.relay.RelayTable;
import dev.sallyport.core.snapshot.Snapshot;
import dev.sallyport.core.snapshot.SnapshotCompiler;
import dev.sallyport.core.snapshot.SnapshotPublisher;
import dev.sallyport.core.tls.TlsEngine;
import dev.sallyport.core.tls.mutual.EdgeKey;
import dev.sallyport.core.upstream.LoopUpstreams;
import dev.sallyport.core.upstream.care.CareStatus;
import dev.sallyport.core.upstream.care.CareTools;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running edge: loops, listeners, and the snapshot they work by. Configurations are applied one
 * at a time, by {@link #apply}; what does not change goes on.
 */
public final class Gateway implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);

    /** What a record takes in a queue, about. */
    private static final int RECORD_BYTES = 350;

    private static final int SMALLEST_QUEUE = 1 << 16;
    private static final int LARGEST_QUEUE = 1 << 28;

    private final Loops loops;
    private final Metrics metrics;
    private final AccessLog accessLog;
    private final List<LoopServices> services;
    private final CertificateStore certificates;
    private final UpstreamKeeper upstreams;
    private final SnapshotCompiler compiler;
    private final SnapshotPublisher publisher;
    private final Listeners listeners;
    private final TlsEngine tlsEngine;
    private final ClosedRoutes closedRoutes = new ClosedRoutes(Clock.systemUTC());
    private final ClientAuthorities clientAuthorities = new ClientAuthorities(Clock.systemUTC());

    private Gateway(
            GatewayConfig config,
            CertificateStore certificates,
            ChallengeBoard challenges,
            EdgeKey.Issuer issuer,
            List<AccessSink> sinks) {
        Clock clock = Clock.systemUTC();
        SecureRandom random = new SecureRandom();
        this.certificates = certificates;
        this.tlsEngine = TlsEngine.detect();
        this.loops = Loops.start(transport(config.runtime()), loopCount(config.runtime()));
        this.metrics = new Metrics(loops.all().size());
        List<AccessQueue> queues = new ArrayList<>();
        List<LoopExchanges> exchanges = new ArrayList<>();
        List<LoopRelays> relays = new ArrayList<>();
        for (Loop loop : loops.all()) {
            AccessQueue queue = new AccessQueue(queueBytes(config.accessLog(), loops.all().size()));
            queues.add(queue);
            LoopExchanges shared =
                    new LoopExchanges(
                            loop, metrics, queue, clock, new SplittableRandom(random.nextLong()));
            exchanges.add(shared);
            relays.add(
                    new LoopRelays(
                            loop,
                            metrics,
                            queue,
                            clock,
                            new SplittableRandom(random.nextLong()),
                            this::relayTable));
        }
        this.accessLog = AccessLog.start(queues, sinks);
        clientAuthorities.registerWith(metrics);
        var outgoing = LoopUpstreams.of(exchanges, loops);
        var care = CareTools.of(loops, config.dns());
        this.upstreams = new UpstreamKeeper(outgoing, care, tlsEngine, issuer);
        this.compiler = new SnapshotCompiler(metrics, upstreams, random);
        this.publisher = new SnapshotPublisher(compiler.empty(config));
        List<LoopServices> each = new ArrayList<>();
        for (LoopExchanges shared : exchanges) {
            var connections = new LoopConnections(shared, random);
            each.add(
                    new LoopServices(
                            shared,
                            connections,
                            new Http2Loop(connections),
                            new SnapshotDispatcher(publisher, challenges),
                            relays.get(shared.loop().index())));
        }
        this.services = List.copyOf(each);
        this.listeners =
                new Listeners(
                        loops,
                        services,
                        metrics,
                        new ListenerTls(
                                certificates,
                                challenges,
                                clientAuthorities,
                                tlsEngine,
                                clock,
                                random),
                        (address, terms, places) ->
                                QuicListener.bind(
                                        loops, services, terms, places, address, clock, random),
                        new SharedAddress(DefaultGateway.read()),
                        config.limits());
    }

    /** A loop's share of the lines that may wait, in a ring whose size is a power of two. */
    private static int queueBytes(
            dev.sallyport.config.model.observe.AccessLog settings, int loopCount) {
        long bytes = (long) settings.queue() * RECORD_BYTES / loopCount;
        long capacity = Math.clamp(bytes, SMALLEST_QUEUE, LARGEST_QUEUE);
        return (int) Long.highestOneBit(2 * capacity - 1);
    }

    /** Starts the edge on {@code config}, where no certificate is obtained. */
    public static Gateway start(
            GatewayConfig config, CertificateStore certificates, List<AccessSink> sinks)
            throws IOException {
        return start(config, certificates, new ChallengeBoard(), Gateway::issuesNothing, sinks);
    }

    private static KeyMaterial issuesNothing(List<String> names)
            throws UnusableCertificateException {
        throw new UnusableCertificateException(names + ": no private authority here");
    }

    /**
     * Starts the edge on {@code config}.
     *
     * @param challenges what authorities must be answered
     * @param issuer of what the edge shows to endpoints that ask who it is
     * @param sinks where access records go
     * @throws IOException when an address cannot be bound
     */
    public static Gateway start(
            GatewayConfig config,
            CertificateStore certificates,
            ChallengeBoard challenges,
            EdgeKey.Issuer issuer,
            List<AccessSink> sinks)
            throws IOException {
        Gateway gateway = new Gateway(config, certificates, challenges, issuer, sinks);
        try {
            gateway.apply(config);
            // Clients are served meanwhile; only to say that all is well waits for it.
            gateway.listeners.checkHandshakes();
        } catch (IOException | RuntimeException e) {
            gateway.close(Duration.ZERO);
            throw e;
        }
        log.info(
                "edge started transport={} loops={} tls={} ({})",
                gateway.loops.choice().transport().word(),
                gateway.loops.all().size(),
                gateway.tlsEngine.tlsEngine(),
                gateway.loops.choice().reason());
        return gateway;
    }

    /**
     * Puts {@code config} in force, whole or not at all.
     *
     * @throws IOException when an address cannot be bound; the old configuration stays in force
     */
    public synchronized void apply(GatewayConfig config) throws IOException {
        Snapshot before = publisher.current();
        Snapshot next = compiler.compile(config, before);
        Listeners.Change change;
        try {
            change = listeners.prepare(next);
        } catch (IOException | RuntimeException e) {
            upstreams.discard(before);
            throw e;
        }
        upstreams.begin(before, next);
        publisher.publish(next);
        listeners.settle(change);
        upstreams.end(before, next);
        metrics.routes().keepOnly(routeNames(config));
        metrics.upstreams().keepOnly(next.upstreams().keySet());
        metrics.listeners().keepOnly(next.listeners());
        clientAuthorities.keepOnly(next.asking().keySet());
        metrics.relays().keepOnly(config.relayRoutes().stream().map(RelayRoute::name).toList());
        next.closed()
                .forEach((route, why) -> log.error("route closed name={} reason={}", route, why));
    }

    private RelayTable relayTable() {
        return publisher.current().relays();
    }

    private static Set<String> routeNames(GatewayConfig config) {
        Set<String> names = new HashSet<>();
        names.add(SnapshotCompiler.REDIRECT_ROUTE);
        for (Route route : config.routes()) {
            names.add(route.name());
        }
        return names;
    }

    /** Reads again what settings of TLS name and may have changed. Blocking; now and then. */
    public synchronized void refreshTls() throws IOException {
        Snapshot now = publisher.current();
        clientAuthorities.refresh(
                (listener, isStricter) -> listeners.renewTls(listener, now, isStricter));
        upstreams.refreshTls();
        if (closedRoutes.areWorthALook(now) && compiler.opensMore(now, upstreams::discard)) {
            apply(now.config());
        }
    }

    /** What is wrong with the files that settings of TLS name. */
    public List<String> tlsProblems() {
        List<String> problems = new ArrayList<>(clientAuthorities.problems());
        problems.addAll(upstreams.tlsProblems());
        return problems;
    }

    public Snapshot snapshot() {
        return publisher.current();
    }

    public Metrics metrics() {
        return metrics;
    }

    public CertificateStore certificates() {
        return certificates;
    }

    public AccessLog accessLog() {
        return accessLog;
    }

    public TlsEngine tlsEngine() {
        return tlsEngine;
    }

    public Loops loops() {
        return loops;
    }

    /** How each upstream's endpoints are looked after, by its name. */
    public Map<String, CareStatus> care() {
        return upstreams.status(publisher.current());
    }

    public Listeners listeners() {
        return listeners;
    }

    public TransportChoice transport() {
        return loops.choice();
    }

    /** Drains for as long as the configuration allows, then ends. */
    @Override
    public void close() {
        close(publisher.current().config().limits().drainTimeout());
    }

    /** Accepts no more, lets exchanges end within {@code patience}, then ends what is left. */
    public synchronized void close(Duration patience) {
        listeners.unbindAll();
        onEachLoop(each -> each.connections().drain());
        long deadline = System.nanoTime() + patience.toNanos();
        awaitNoConnections(deadline);
        onEachLoop(each -> {
            each.exchanges().closeTunnels();
            each.relays().closeTunnels();
        });
        upstreams.close();
        listeners.close();
        loops.close();
        accessLog.close();
        log.info("edge ended");
    }

    private void awaitNoConnections(long deadline) {
        while (listeners.connections() > 0 && System.nanoTime() - deadline < 0) {
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void onEachLoop(java.util.function.Consumer<LoopServices> work) {
        CountDownLatch done = new CountDownLatch(services.size());
        for (LoopServices each : services) {
            each.exchanges()
                    .loop()
                    .eventLoop()
                    .execute(() -> {
                        try {
                            work.accept(each);
                        } finally {
                            done.countDown();
                        }
                    });
        }
        try {
            if (!done.await(5, TimeUnit.SECONDS)) {
                log.warn("a loop did not answer within 5 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static TransportChoice transport(RuntimeSettings settings) {
        return switch (settings.transport()) {
            case AUTO -> TransportChoice.auto();
            case IO_URING -> TransportChoice.of(Transport.IO_URING);
            case EPOLL -> TransportChoice.of(Transport.EPOLL);
            case NIO -> TransportChoice.of(Transport.NIO);
        };
    }

    private static int loopCount(RuntimeSettings settings) {
        int asked = settings.loops().count();
        return asked > 0 ? asked : Runtime.getRuntime().availableProcessors();
    }
}
