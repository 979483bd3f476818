package dev.sallyport.core.listen.quic;

import dev.sallyport.core.listen.Datagrams;
import dev.sallyport.core.listen.LoopServices;
import dev.sallyport.core.loop.Loops;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The datagram sockets of one listener, one per loop where the kernel can share a port out. Only
 * the sockets are made at once: QUIC itself is loaded when the first client speaks it. Control
 * thread.
 */
public final class QuicListener implements Datagrams {
    private final QuicSecrets secrets;
    private final List<DatagramGate> gates;
    private final List<Channel> channels = new ArrayList<>();

    private QuicListener(QuicSecrets secrets, List<DatagramGate> gates) {
        this.secrets = secrets;
        this.gates = List.copyOf(gates);
    }

    /**
     * Binds the sockets of {@code address}, whose port is given.
     *
     * @throws IOException when one cannot be had; none is kept then
     */
    public static QuicListener bind(
            Loops loops,
            List<LoopServices> services,
            Supplier<Terms> terms,
            Places places,
            InetSocketAddress address,
            Clock clock,
            SecureRandom random)
            throws IOException {
        QuicSecrets secrets = new QuicSecrets(clock, random);
        List<Bootstrap> sockets = loops.datagrams(address);
        List<DatagramGate> gates = new ArrayList<>();
        for (int i = 0; i < sockets.size(); i++) {
            LoopServices each = services.get(i);
            QuicServer server = new QuicServer(i, each, terms, places, secrets, address, clock);
            gates.add(new DatagramGate(server, gates, each.exchanges().metrics()));
        }
        QuicListener listener = new QuicListener(secrets, gates);
        for (int i = 0; i < sockets.size(); i++) {
            ChannelFuture bound =
                    sockets.get(i).handler(gates.get(i)).bind().awaitUninterruptibly();
            if (!bound.isSuccess()) {
                listener.close();
                throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
            }
            listener.channels.add(bound.channel());
        }
        return listener;
    }

    @Override
    public void refuse() {
        gates.forEach(DatagramGate::refuse);
    }

    @Override
    public void retire(Duration patience) {
        refuse();
        for (int i = 0; i < channels.size(); i++) {
            Channel channel = channels.get(i);
            gates.get(i).closeWhenEmpty();
            channel.eventLoop()
                    .schedule(() -> channel.close(), patience.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void maintain() {
        secrets.maintain();
    }

    @Override
    public void close() {
        for (Channel channel : channels) {
            channel.close().awaitUninterruptibly();
        }
    }
}
