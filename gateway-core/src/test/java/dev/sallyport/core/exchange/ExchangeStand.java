package dev.sallyport.core.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.config.model.value.Network;
import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.observe.log.AccessQueue;
import dev.sallyport.core.observe.metrics.Metrics;
import dev.sallyport.core.rebuild.Peer;
import dev.sallyport.core.rebuild.TrustedProxies;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Real exchanges without sockets: a loop whose time moves by hand, a client and an endpoint that
 * keep what they get. For tests of one thread.
 */
public final class ExchangeStand {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Loop loop = Loop.over(0, channel.eventLoop(), this::nanos, Clock.systemUTC());
    private final Metrics metrics = new Metrics(1);
    private final LoopExchanges shared =
            new LoopExchanges(
                    loop,
                    metrics,
                    new AccessQueue(AccessQueue.DEFAULT_CAPACITY),
                    Clock.systemUTC(),
                    new SplittableRandom(1));
    private final FakeUpstream upstream = new FakeUpstream();
    private final List<Network> proxies = new ArrayList<>();
    private FakeDownstream downstream = new FakeDownstream();
    private String peer = "192.0.2.7";
    private long now = SECOND;

    /** Sets the address of the peers of the exchanges to come. */
    public ExchangeStand from(String address) {
        peer = address;
        return this;
    }

    /** Believes what peers of a network say about clients. */
    public ExchangeStand trusting(String network) {
        proxies.add(Network.parse(network));
        return this;
    }

    /** The client of the last exchange. */
    public FakeDownstream downstream() {
        return downstream;
    }

    public FakeUpstream upstream() {
        return upstream;
    }

    public Loop loop() {
        return loop;
    }

    /** The time of the loop. */
    public long nanos() {
        return now;
    }

    public void advance(Duration time) {
        now += time.toNanos();
    }

    /** Runs what was handed to the loop. */
    public void runTasks() {
        channel.runPendingTasks();
    }

    /** Begins an exchange of one GET with the given field lines. */
    public Exchange get(String... lines) {
        StringBuilder head = new StringBuilder("GET / HTTP/1.1\r\nHost: a.test\r\n");
        for (String line : lines) {
            head.append(line).append("\r\n");
        }
        return exchange(head.append("\r\n").toString());
    }

    /** Begins an exchange of any request head. */
    public Exchange exchange(String head) {
        RequestHead parsed = new RequestHead();
        ByteBuf bytes = Unpooled.copiedBuffer(head, ISO_8859_1);
        int state = parsed.feed(bytes, HeadLimits.DEFAULT);
        bytes.release();
        if (state != RequestHead.COMPLETE) {
            throw new IllegalArgumentException("head: " + parsed.malformed() + " in " + head);
        }
        downstream = new FakeDownstream();
        return new Exchange(
                shared,
                downstream,
                Peer.plain(
                        new InetSocketAddress(InetAddress.ofLiteral(peer), 50_000),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 80),
                        "web",
                        0),
                parsed,
                new Rules(
                        HeadLimits.DEFAULT,
                        10 * SECOND,
                        75 * SECOND,
                        30 * SECOND,
                        1000,
                        new Rules.Streams(100, 100, 100, 8),
                        new TrustedProxies(proxies),
                        Rules.NO_TRACES),
                now);
    }

    /** A route that forwards to {@link #upstream} after the given filters. */
    public Route route(Filter... filters) {
        List<Route.NamedFilter> named = new ArrayList<>();
        for (Filter filter : filters) {
            named.add(new Route.NamedFilter("filter-" + named.size(), filter));
        }
        return new Route(
                "test",
                metrics.routes().index("test"),
                named,
                new Route.Action.Forward(upstream),
                0,
                new Route.Times(60 * SECOND, 30 * SECOND, 3600 * SECOND),
                0,
                new Route.HostHeader.Keep());
    }

    /** Runs one GET with field lines through filters, up to the endpoint. */
    public FakeDownstream run(Filter filter, String... lines) {
        get(lines).run(route(filter));
        return downstream;
    }
}
