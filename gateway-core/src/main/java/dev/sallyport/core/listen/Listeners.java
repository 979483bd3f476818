package dev.sallyport.core.listen;

import dev.sallyport.config.model.Limits;
import dev.sallyport.config.model.Listener;
import dev.sallyport.config.model.value.Address;
import dev.sallyport.core.loop.Loops;
import dev.sallyport.core.observe.metrics.Metrics;
import dev.sallyport.core.snapshot.Snapshot;
import dev.sallyport.core.tls.ServerTls;
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
import java.util.concurrent.atomic.AtomicReference;
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
        ServerTls make(Listener settings, Listener.Tls tls, Limits limits);
    }

    public Listeners(
            Loops loops,
            List<LoopServices> services,
            Metrics metrics,
            TlsMaker tlsMaker,
            Datagrams.Maker datagramMaker,
            Limits limits) {
        this.loops = loops;
        this.services = List.copyOf(services);
        this.metrics = metrics;
        this.tlsMaker = tlsMaker;
        this.limits = new ConnectionLimits(limits);
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
                if (present == null
                        || !present.terms().settings().address().equals(wanted.address())) {
                    added.put(wanted.name(), bind(wanted, snapshot.config().limits()));
                }
            }
        } catch (IOException | RuntimeException e) {
            added.values().forEach(Listeners::close);
            throw e;
        }
        return new Change(snapshot, added);
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
                update(present.getValue(), settings, changedLimits);
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

    private void update(BoundListener listener, Listener settings, Limits changed) {
        BoundListener.Terms before = listener.terms();
        if (before.settings().equals(settings)) {
            return;
        }
        Listener.Tls tls = settings.tls();
        boolean isSameTls =
                Objects.equals(tls, before.settings().tls())
                        && settings.spoken().equals(before.settings().spoken());
        @Nullable ServerTls live =
                isSameTls || tls == null
                        ? (tls == null ? null : before.tls())
                        : tlsMaker.make(settings, tls, changed);
        listener.terms(BoundListener.Terms.of(settings, before.metric(), live));
        datagrams.follow(listener, changed);
        if (!isSameTls && before.tls() != null) {
            before.tls().close();
        }
        if (!isSameTls && isStricter(before.settings().tls(), tls)) {
            drain(settings.name());
        }
    }

    /** Whether clients that were let in before might not be now. */
    private static boolean isStricter(Listener.@Nullable Tls before, Listener.@Nullable Tls now) {
        return now != null
                && now.clientCertificates() != null
                && before != null
                && !now.clientCertificates().equals(before.clientCertificates());
    }

    private void drain(String listener) {
        for (LoopServices each : services) {
            each.exchanges().loop().eventLoop().execute(() -> each.connections().drain(listener));
        }
    }

    /**
     * Makes the TLS of a listener anew, whose clients are believed by other authorities than
     * before.
     *
     * @param isStricter whether clients that were let in before might not be now: their connections
     *     end in good order
     */
    public void renewTls(String listener, Limits changed, boolean isStricter) {
        BoundListener present = bound.get(listener);
        BoundListener.Terms before = present == null ? null : present.terms();
        Listener.Tls tls = before == null ? null : before.settings().tls();
        if (present == null || before == null || tls == null) {
            return;
        }
        ServerTls live = tlsMaker.make(before.settings(), tls, changed);
        present.terms(
                BoundListener.Terms.of(before.settings(), before.metric(), live)
                        .withAltSvc(before.altSvc()));
        if (before.tls() != null) {
            before.tls().close();
        }
        if (isStricter) {
            drain(listener);
        }
    }

    private BoundListener bind(Listener settings, Limits changed) throws IOException {
        Listener.Tls spoken = settings.tls();
        ServerTls tls = spoken == null ? null : tlsMaker.make(settings, spoken, changed);
        int metric = metrics.listeners().index(settings.name());
        AtomicReference<BoundListener.Terms> terms =
                new AtomicReference<>(BoundListener.Terms.of(settings, metric, tls));
        Acceptor acceptor = new Acceptor(services, limits, terms::get);
        List<Channel> channels = new ArrayList<>();
        Address address = settings.address();
        InetSocketAddress at = address.toSocketAddress();
        try {
            for (ServerBootstrap server : loops.servers(at)) {
                ChannelFuture binding =
                        server.childHandler(acceptor).bind(at).awaitUninterruptibly();
                if (!binding.isSuccess()) {
                    throw refused(settings, binding.cause());
                }
                channels.add(binding.channel());
                at = (InetSocketAddress) binding.channel().localAddress();
            }
        } catch (IOException e) {
            channels.forEach(Channel::close);
            if (tls != null) {
                tls.close();
            }
            throw e;
        }
        log.info(
                "listener bound name={} address={} port={} tls={}",
                settings.name(),
                address,
                at.getPort(),
                tls != null);
        BoundListener bound = new BoundListener(channels, at.getPort(), terms);
        datagrams.follow(bound, changed);
        return bound;
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
        ServerTls tls = listener.terms().tls();
        if (tls != null) {
            tls.close();
        }
    }
}
