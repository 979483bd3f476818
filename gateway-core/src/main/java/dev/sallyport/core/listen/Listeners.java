package dev.sallyport.core.listen;

import dev.sallyport.config.model.Limits;
import dev.sallyport.config.model.Listener;
import dev.sallyport.core.admission.SharedAddress;
import dev.sallyport.core.loop.Loops;
import dev.sallyport.core.loop.Transport;
import dev.sallyport.core.observe.metrics.Metrics;
import dev.sallyport.core.relay.TcpClaims;
import dev.sallyport.core.relay.UdpRoute;
import dev.sallyport.core.relay.udp.UdpServer;
import dev.sallyport.core.snapshot.Snapshot;
import dev.sallyport.core.tls.ServerTls;
import io.netty.bootstrap.AbstractBootstrap;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners that are bound. Follows snapshots: a listener whose address did not change stays
 * bound, and its connections stay; one that is gone stops accepting and drains. Control thread.
 */
public final class Listeners {
    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

    private final Loops loops;
    private final List<LoopServices> services;
    private final Metrics metrics;
    private final TlsMaker tlsMaker;
    private final DatagramSide datagrams;
    private final ConnectionLimits limits;
    private final Map<String, BoundListener> bound = new LinkedHashMap<>();

    /** Makes the TLS of a listener. */
    public interface TlsMaker {
        /**
         * TLS for connections of one kind.
         *
         * @param protocols to agree on by ALPN; null for those that requests are spoken in
         */
        ServerTls make(
                Listener listener,
                Listener.Tls settings,
                Limits limits,
                @Nullable List<String> protocols);
    }

    public Listeners(
            Loops loops,
            List<LoopServices> services,
            Metrics metrics,
            TlsMaker tlsMaker,
            Datagrams.Maker datagramMaker,
            SharedAddress shared,
            Limits limits) {
        this.loops = loops;
        this.services = List.copyOf(services);
        this.metrics = metrics;
        this.tlsMaker = tlsMaker;
        this.limits = new ConnectionLimits(limits, shared);
        this.datagrams = new DatagramSide(datagramMaker, this.limits);
    }

    /**
     * Binds what {@code snapshot} adds. All or nothing: when one address cannot be had, those bound
     * here before it are given back.
     *
     * @return to be told to {@link #settle} once the snapshot is in force
     * @throws IOException naming the listener, its address and the reason
     */
    public Change prepare(Snapshot snapshot) throws IOException {
        Map<String, BoundListener> added = new LinkedHashMap<>();
        try {
            for (Listener wanted : snapshot.config().listeners()) {
                BoundListener present = bound.get(wanted.name());
                if (present == null || !isSameSocket(present, wanted, snapshot)) {
                    added.put(wanted.name(), bind(wanted, snapshot));
                } else {
                    // Loops find the routes of the snapshot before this change is settled.
                    RelayTls relayTls = present.terms().relayTls();
                    if (relayTls != null) {
                        relayTls.add(terminated(wanted, snapshot));
                    }
                    if (wanted.isUdp()) {
                        present.longest(loops, longest(wanted, snapshot));
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            added.values().forEach(Listeners::close);
            throw e;
        }
        return new Change(snapshot, added);
    }

    private boolean isSameSocket(BoundListener bound, Listener wanted, Snapshot snapshot) {
        Listener present = bound.terms().settings();
        if (!present.address().equals(wanted.address()) || present.isUdp() != wanted.isUdp()) {
            return false;
        }
        // A read that io_uring has begun keeps its size, and would cut the next datagram.
        return !wanted.isUdp()
                || loops.choice().transport() != Transport.IO_URING
                || longest(wanted, snapshot) <= bound.longest();
    }

    /** The lists of protocols that TCP routes need TLS for. */
    private static Set<List<String>> terminated(Listener settings, Snapshot snapshot) {
        TcpClaims claims = snapshot.relays().findTcp(settings.name());
        return claims == null ? Set.of() : claims.terminated();
    }

    /** What a snapshot changes about listeners, bound but not yet counted as present. */
    public record Change(Snapshot snapshot, Map<String, BoundListener> added) {}

    /** Finishes a change: new settings for listeners that stay, an end for those that go. */
    public void settle(Change change) {
        Limits changedLimits = change.snapshot().config().limits();
        limits.limits(changedLimits);
        Map<String, Listener> wanted = new HashMap<>();
        for (Listener listener : change.snapshot().config().listeners()) {
            wanted.put(listener.name(), listener);
        }
        for (var present : List.copyOf(bound.entrySet())) {
            Listener settings = wanted.get(present.getKey());
            if (settings == null || change.added().containsKey(present.getKey())) {
                bound.remove(present.getKey());
                retire(present.getKey(), present.getValue(), settings == null, changedLimits);
            } else {
                update(present.getValue(), settings, change.snapshot());
            }
        }
        bound.putAll(change.added());
    }

    /**
     * The port of a listener in use, also when any was asked for; 0 when there is no such listener.
     */
    public int port(String listener) {
        BoundListener present = bound.get(listener);
        return present == null ? 0 : present.port();
    }

    /**
     * How a listener speaks HTTP/3: the word {@code on}, or why it does not; null when it need not.
     */
    public @Nullable String http3(String listener) {
        BoundListener present = bound.get(listener);
        if (present == null) {
            return null;
        }
        return present.datagrams() == null ? present.datagramProblem() : "on";
    }

    /** Client connections of the moment. */
    public int connections() {
        return limits.count();
    }

    /** Lets the TLS of every listener renew what grows old; now and then. */
    public void maintain() {
        for (BoundListener listener : bound.values()) {
            ServerTls tls = listener.terms().tls();
            if (tls != null) {
                tls.maintain();
            }
            Datagrams serving = listener.datagrams();
            if (serving != null) {
                serving.maintain();
            }
            RelayTls relayTls = listener.terms().relayTls();
            if (relayTls != null) {
                relayTls.maintain();
            }
        }
    }

    /**
     * Lets the TLS of every listener shake hands with itself once. Blocking.
     *
     * @throws IOException when that fails, and would fail with every client
     */
    public void checkHandshakes() throws IOException {
        for (BoundListener listener : bound.values()) {
            ServerTls tls = listener.terms().tls();
            if (tls != null) {
                tls.checkHandshake();
            }
        }
    }

    /** Accepts no more, anywhere. Connections go on. */
    public void unbindAll() {
        bound.values().forEach(BoundListener::unbind);
    }

    /** Releases what listeners hold, after their connections ended. */
    public void close() {
        bound.values().forEach(Listeners::close);
        bound.clear();
    }

    private void retire(String name, BoundListener listener, boolean isGone, Limits patience) {
        listener.unbind();
        DatagramSide.retire(listener, patience);
        if (isGone) {
            drain(name);
        }
        close(listener);
        log.info("listener unbound name={} port={}", name, listener.port());
    }

    private void update(BoundListener listener, Listener settings, Snapshot snapshot) {
        Limits changed = snapshot.config().limits();
        BoundListener.Terms before = listener.terms();
        long handshakeNanos = changed.handshakeTimeout().toNanos();
        if (!before.settings().equals(settings) || before.handshakeNanos() != handshakeNanos) {
            boolean isSameTls =
                    Objects.equals(settings.tls(), before.settings().tls())
                            && settings.spoken().equals(before.settings().spoken())
                            && settings.isHttp() == before.settings().isHttp();
            if (isSameTls) {
                listener.terms(
                        BoundListener.Terms.of(
                                settings,
                                before.metric(),
                                before.tls(),
                                before.relayTls(),
                                handshakeNanos));
            } else {
                boolean isOtherwiseKnown =
                        !Objects.equals(settings.askedClients(), before.settings().askedClients());
                renew(listener, settings, snapshot, isOtherwiseKnown);
            }
        }
        datagrams.follow(listener, changed);
        RelayTls relayTls = listener.terms().relayTls();
        if (relayTls != null) {
            relayTls.keepOnly(terminated(settings, snapshot));
        }
    }

    /** Makes TLS anew. Clients that might not be let in any more end in good order. */
    private void renew(
            BoundListener listener, Listener settings, Snapshot snapshot, boolean isStricter) {
        Limits limits = snapshot.config().limits();
        BoundListener.Terms before = listener.terms();
        listener.terms(
                BoundListener.Terms.of(
                        settings,
                        before.metric(),
                        tls(settings, limits),
                        relayTls(settings, snapshot),
                        limits.handshakeTimeout().toNanos()));
        before.close();
        if (isStricter) {
            drain(settings.name());
        }
    }

    /** Makes the TLS of a listener anew, whose clients are believed by other authorities now. */
    public void renewTls(String name, Snapshot snapshot, boolean isStricter) {
        BoundListener listener = bound.get(name);
        if (listener != null) {
            renew(listener, listener.terms().settings(), snapshot, isStricter);
            datagrams.follow(listener, snapshot.config().limits());
        }
    }

    private void drain(String listener) {
        for (LoopServices each : services) {
            each.exchanges().loop().eventLoop().execute(() -> each.connections().drain(listener));
        }
    }

    private @Nullable ServerTls tls(Listener settings, Limits limits) {
        Listener.Tls spoken = settings.tls();
        return spoken == null || !settings.isHttp()
                ? null
                : tlsMaker.make(settings, spoken, limits, null);
    }

    private @Nullable RelayTls relayTls(Listener settings, Snapshot snapshot) {
        Listener.Tls spoken = settings.tls();
        if (spoken == null) {
            return null;
        }
        Limits limits = snapshot.config().limits();
        RelayTls made =
                new RelayTls(protocols -> tlsMaker.make(settings, spoken, limits, protocols));
        made.add(terminated(settings, snapshot));
        return made;
    }

    private BoundListener bind(Listener settings, Snapshot snapshot) throws IOException {
        Limits limits = snapshot.config().limits();
        int metric = metrics.listeners().index(settings.name());
        AtomicReference<BoundListener.Terms> terms =
                new AtomicReference<>(
                        BoundListener.Terms.of(
                                settings,
                                metric,
                                tls(settings, limits),
                                relayTls(settings, snapshot),
                                limits.handshakeTimeout().toNanos()));
        List<Channel> channels = new ArrayList<>();
        try {
            InetSocketAddress at = settings.address().toSocketAddress();
            List<? extends AbstractBootstrap<?, ?>> sockets =
                    settings.isUdp()
                            ? datagrams(settings, metric, longest(settings, snapshot))
                            : servers(settings, terms::get);
            for (AbstractBootstrap<?, ?> socket : sockets) {
                ChannelFuture binding = socket.bind(at).awaitUninterruptibly();
                if (!binding.isSuccess()) {
                    throw refused(settings, binding.cause());
                }
                channels.add(binding.channel());
                at = (InetSocketAddress) binding.channel().localAddress();
            }
            log.info(
                    "listener bound name={} address={} port={} tls={}",
                    settings.name(),
                    settings.address(),
                    at.getPort(),
                    settings.tls() != null);
            BoundListener made =
                    new BoundListener(channels, at.getPort(), longest(settings, snapshot), terms);
            datagrams.follow(made, limits);
            return made;
        } catch (IOException e) {
            channels.forEach(Channel::close);
            terms.get().close();
            throw e;
        }
    }

    private List<ServerBootstrap> servers(Listener settings, Supplier<BoundListener.Terms> terms) {
        List<ServerBootstrap> servers = loops.servers(settings.address().toSocketAddress());
        Acceptor acceptor = new Acceptor(services, limits, terms);
        for (ServerBootstrap server : servers) {
            server.childHandler(acceptor);
        }
        return servers;
    }

    private List<Bootstrap> datagrams(Listener settings, int metric, int longest) {
        List<Bootstrap> sockets = loops.datagrams(settings.address().toSocketAddress(), longest);
        for (int i = 0; i < sockets.size(); i++) {
            // One for each loop, in their order; or one, on the first.
            sockets.get(i)
                    .handler(new UdpServer(services.get(i).relays(), settings.name(), metric));
        }
        return sockets;
    }

    private static int longest(Listener settings, Snapshot snapshot) {
        UdpRoute route = snapshot.relays().findUdp(settings.name());
        return route == null ? 0 : route.maxDatagram();
    }

    private static IOException refused(Listener settings, @Nullable Throwable cause) {
        String why = cause == null ? "unknown reason" : String.valueOf(cause.getMessage());
        String hint =
                why.contains("Permission denied")
                        ? "; ports below 1024 need CAP_NET_BIND_SERVICE, or"
                                + " net.ipv4.ip_unprivileged_port_start=0"
                        : why.contains("in use") ? "; another process listens there" : "";
        return new IOException(
                "listeners."
                        + settings.name()
                        + ": cannot bind "
                        + settings.address()
                        + ": "
                        + why
                        + hint,
                cause);
    }

    private static void close(BoundListener listener) {
        listener.unbind();
        DatagramSide.close(listener);
        listener.terms().close();
    }
}
