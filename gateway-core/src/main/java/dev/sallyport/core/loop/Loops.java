package dev.sallyport.core.loop;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All event loops of the process and the channels of their transport. Everything that moves bytes
 * runs here; nothing here ever blocks a loop.
 */
public final class Loops implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Loops.class);

    private final TransportChoice choice;
    private final Engine engine;
    private final MultiThreadIoEventLoopGroup group;
    private final List<Loop> loops;

    private Loops(
            TransportChoice choice,
            MultiThreadIoEventLoopGroup group,
            Engine engine,
            List<Loop> loops) {
        this.choice = choice;
        this.engine = engine;
        this.group = group;
        this.loops = List.copyOf(loops);
    }

    /** Starts {@code count} loops on the machine's clocks. */
    public static Loops start(TransportChoice choice, int count) {
        return start(choice, count, System::nanoTime, Clock.systemUTC());
    }

    /** Starts {@code count} loops whose deadlines and dates follow the given clocks. */
    public static Loops start(
            TransportChoice choice, int count, LongSupplier nanoClock, Clock clock) {
        if (count < 1) {
            throw new IllegalArgumentException("loops: " + count + " (expected: 1 or more)");
        }
        Engine engine = Engine.of(choice.transport());
        var group = new MultiThreadIoEventLoopGroup(count, threads("loop-"), engine.handlers());
        List<Loop> loops = new ArrayList<>(count);
        for (EventExecutor executor : group) {
            loops.add(Loop.over(loops.size(), (EventLoop) executor, nanoClock, clock));
        }
        return new Loops(choice, group, engine, loops);
    }

    /** Not daemons: the process lives as long as its loops do, and ends by closing them. */
    static ThreadFactory threads(String prefix) {
        AtomicInteger made = new AtomicInteger();
        return work -> new FastThreadLocalThread(work, prefix + made.getAndIncrement());
    }

    public TransportChoice choice() {
        return choice;
    }

    public List<Loop> all() {
        return loops;
    }

    /** The loop of a channel's event loop; asked once per connection. */
    public Loop of(EventLoop eventLoop) {
        for (Loop loop : loops) {
            if (loop.eventLoop().equals(eventLoop)) {
                return loop;
            }
        }
        throw new IllegalArgumentException(
                "event loop: " + eventLoop + " (expected: one of these loops)");
    }

    /** Whether {@link #servers} gives one bootstrap per loop for this address. */
    public boolean isBoundPerLoop(SocketAddress address) {
        return choice.transport() != Transport.NIO && !isUnix(address);
    }

    /**
     * The bootstraps that together listen on an address; the caller adds a child handler and binds
     * each, and for port 0 binds the rest to the port the first one got. Where the kernel shares a
     * port out (SO_REUSEPORT) there is one per loop, and a connection stays on the loop that
     * accepted it. Elsewhere there is one, and its loop hands connections round.
     */
    public List<ServerBootstrap> servers(SocketAddress address) {
        if (!isBoundPerLoop(address)) {
            return List.of(server(address).group(loops.getFirst().eventLoop(), group));
        }
        List<ServerBootstrap> servers = new ArrayList<>(loops.size());
        for (Loop loop : loops) {
            servers.add(server(address).group(loop.eventLoop(), loop.eventLoop()));
        }
        return servers;
    }

    private ServerBootstrap server(SocketAddress address) {
        return ChannelOptions.server(
                new ServerBootstrap()
                        .channelFactory(isUnix(address) ? engine.unixServer() : engine.server())
                        .localAddress(address),
                choice.transport(),
                isBoundPerLoop(address),
                isUnix(address));
    }

    /**
     * A bootstrap for connections of one loop to an address; the caller adds a handler and
     * connects.
     */
    public Bootstrap client(Loop loop, SocketAddress address) {
        return ChannelOptions.client(
                new Bootstrap()
                        .group(loop.eventLoop())
                        .channelFactory(isUnix(address) ? engine.unixClient() : engine.client())
                        .remoteAddress(address),
                choice.transport(),
                isUnix(address));
    }

    /**
     * The bootstraps of the sockets that together receive datagrams at an address; the caller adds
     * a handler and binds each. Where the kernel shares a port out there is one per loop, by the
     * addresses and ports of both sides. Elsewhere there is one, on the first loop.
     */
    public List<Bootstrap> datagrams(SocketAddress address) {
        List<Bootstrap> sockets = new ArrayList<>(loops.size());
        for (Loop loop : isBoundPerLoop(address) ? loops : List.of(loops.getFirst())) {
            sockets.add(
                    ChannelOptions.datagram(
                            new Bootstrap()
                                    .group(loop.eventLoop())
                                    .channelFactory(engine.datagram())
                                    .localAddress(address),
                            choice.transport(),
                            isBoundPerLoop(address)));
        }
        return sockets;
    }

    /** The same for datagrams up to {@code longest} bytes; longer ones come with a byte more. */
    public List<Bootstrap> datagrams(SocketAddress address, int longest) {
        List<Bootstrap> sockets = datagrams(address);
        for (Bootstrap socket : sockets) {
            ChannelOptions.longest(socket, choice.transport(), longest + 1);
        }
        return sockets;
    }

    /** Gives a socket of {@link #datagrams} room for others than it was made for. */
    public void longest(Channel socket, int longest) {
        ChannelOptions.longest(socket, choice.transport(), longest + 1);
    }

    /** A bootstrap for datagrams between one loop and an address; the caller connects. */
    public Bootstrap datagramClient(Loop loop, SocketAddress address, int longest) {
        Bootstrap client =
                new Bootstrap()
                        .group(loop.eventLoop())
                        .channelFactory(engine.datagram())
                        .remoteAddress(address);
        return ChannelOptions.longest(client, choice.transport(), longest + 1);
    }

    /** The address of a unix domain socket in the form this transport takes. */
    public SocketAddress unixAddress(Path path) {
        return choice.transport() == Transport.NIO
                ? UnixDomainSocketAddress.of(path)
                : new DomainSocketAddress(path.toString());
    }

    private static boolean isUnix(SocketAddress address) {
        return address instanceof DomainSocketAddress || address instanceof UnixDomainSocketAddress;
    }

    /** Ends all loops at once; what is still open is closed. Draining is done before. */
    @Override
    public void close() {
        // A short quiet time lets the closes that the end itself causes run out.
        var end = group.shutdownGracefully(20, 5_000, TimeUnit.MILLISECONDS);
        // An io_uring loop of Netty 4.2.18 may wait for ever for what the kernel never completes;
        // its thread is a daemon, and nothing is left to do for it.
        if (!end.awaitUninterruptibly(6, TimeUnit.SECONDS)) {
            log.warn("event loops still end transport={}", choice.transport());
        }
    }
}
