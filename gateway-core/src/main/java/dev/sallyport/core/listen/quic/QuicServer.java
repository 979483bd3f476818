package dev.sallyport.core.listen.quic;

import dev.sallyport.core.downstream.http3.Http3Tools;
import dev.sallyport.core.listen.Datagrams;
import dev.sallyport.core.listen.LoopServices;
import dev.sallyport.core.tls.quic.QuicTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.handler.codec.quic.EpollQuicUtils;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicChannelOption;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The QUIC server of one listener on one loop: its terms with clients, and how busy it is. */
final class QuicServer {
    /** Bytes a client may have on their way to one stream, and to all, before they are read. */
    private static final long STREAM_WINDOW = 256 * 1024;

    private static final long WINDOW = 1 << 20;

    /** Control, two of QPACK, and some of kinds that nobody knows. */
    private static final long UNI_STREAMS = 8;

    private static final long UNI_WINDOW = 4096;

    /** Also how often a client that gives no spare ids may move before it has to connect anew. */
    private static final long CONNECTION_IDS = 8;

    private static final int DATAGRAM = 1472;

    /** What every path takes that takes IPv6 (1280), less its own headers. */
    private static final int SENT_DATAGRAM = 1232;

    private static final int SEGMENTS = 10;

    /** Handshakes under way on a loop, beyond which clients show first that they are there. */
    private static final int RETRY_ABOVE = 100;

    private final int index;
    private final LoopServices services;
    private final Supplier<Datagrams.Terms> terms;
    private final Datagrams.Places places;
    private final QuicSecrets secrets;
    private final InetSocketAddress address;
    private final Clock clock;
    private final Http3Tools tools = new Http3Tools();
    private @Nullable QuicTls tls;
    private Runnable onEmpty = () -> {};
    private int connections;
    private int handshakes;

    QuicServer(
            int index,
            LoopServices services,
            Supplier<Datagrams.Terms> terms,
            Datagrams.Places places,
            QuicSecrets secrets,
            InetSocketAddress address,
            Clock clock) {
        this.index = index;
        this.services = services;
        this.terms = terms;
        this.places = places;
        this.secrets = secrets;
        this.address = address;
        this.clock = clock;
    }

    /** The place of this loop among all. */
    int index() {
        return index;
    }

    Http3Tools tools() {
        return tools;
    }

    LoopServices services() {
        return services;
    }

    Datagrams.Terms terms() {
        return terms.get();
    }

    Datagrams.Places places() {
        return places;
    }

    void onEmpty(Runnable task) {
        onEmpty = task;
    }

    /** Makes what takes long: classes and the native library. A control thread, before the rest. */
    void load() {
        tls = newTls(terms.get());
    }

    /** The codec of the loop's socket, made once. */
    ChannelHandler newCodec(Channel socket) {
        Datagrams.Terms now = terms.get();
        QuicServerCodecBuilder builder =
                new QuicServerCodecBuilder()
                        .sslEngineProvider(this::newEngine)
                        .localConnectionIdLength(ConnectionIds.LENGTH)
                        .connectionIdAddressGenerator(new ConnectionIds(index, secrets.random()))
                        .resetTokenGenerator(new ResetTokens(secrets.resetCode()))
                        .tokenHandler(new RetryTokens(secrets.retryCode(), clock, this::isLoaded))
                        .maxIdleTimeout(now.idle().toMillis(), TimeUnit.MILLISECONDS)
                        .initialMaxData(WINDOW)
                        .initialMaxStreamDataBidirectionalRemote(STREAM_WINDOW)
                        .initialMaxStreamDataUnidirectional(UNI_WINDOW)
                        .initialMaxStreamsBidirectional(QuicAcceptor.MOST_STREAMS)
                        .initialMaxStreamsUnidirectional(UNI_STREAMS)
                        .activeConnectionIdLimit(CONNECTION_IDS)
                        .activeMigration(true)
                        .maxRecvUdpPayloadSize(DATAGRAM)
                        .maxSendUdpPayloadSize(SENT_DATAGRAM)
                        .handler(new QuicAcceptor(this));
        if (socket instanceof EpollDatagramChannel) {
            builder.option(
                    QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR,
                    EpollQuicUtils.newSegmentedAllocator(SEGMENTS));
        }
        return builder.build();
    }

    private boolean isLoaded() {
        boolean isLoaded = handshakes >= RETRY_ABOVE;
        if (isLoaded) {
            services.exchanges().metrics().addressAsked();
        }
        return isLoaded;
    }

    private QuicSslEngine newEngine(QuicChannel channel) {
        return tls().newEngine(channel.alloc());
    }

    /** TLS by the terms of the moment. */
    QuicTls tls() {
        Datagrams.Terms now = terms.get();
        QuicTls present = tls;
        if (present == null || !present.tls().equals(now.tls())) {
            present = newTls(now);
            tls = present;
        }
        return present;
    }

    private QuicTls newTls(Datagrams.Terms now) {
        return new QuicTls(
                now.tls(),
                address,
                secrets.ticketKeys(),
                secrets.random(),
                now.takesEarlyData() && EarlyData.isKnown());
    }

    // How busy it is.

    void began() {
        connections++;
        handshakes++;
    }

    void shookHands() {
        handshakes--;
    }

    void ended() {
        connections--;
        if (connections == 0) {
            onEmpty.run();
        }
    }

    int connections() {
        return connections;
    }
}
