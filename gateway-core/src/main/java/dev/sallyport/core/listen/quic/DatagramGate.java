package dev.sallyport.core.listen.quic;

import dev.sallyport.core.observe.metrics.LoopMetrics;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.quic.Quic;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first to look at the datagrams of one socket. Lets through what may be QUIC, leads what
 * belongs to another loop home, and has QUIC loaded when the first client comes.
 */
final class DatagramGate extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(DatagramGate.class);

    /** RFC 9000 14.1: an Initial comes in a datagram no smaller, lest its answer be larger. */
    private static final int LEAST_INITIAL = 1200;

    private static final int LONG_HEADER = 0x80;
    private static final int TYPE = 0x30;
    private static final int VERSION_AT = 1;
    private static final int ID_LENGTH_AT = 5;

    /** The flags, an id and something to read. */
    private static final int LEAST_SHORT = 1 + ConnectionIds.LENGTH + 1;

    private static final int MOST_HELD = 32;

    /** Datagrams on their way to another loop; beyond, they are lost as in a full socket. */
    private static final int MOST_HANDED = 1024;

    private enum Stage {
        ASLEEP,
        LOADING,
        OPEN,
        BROKEN
    }

    private final QuicServer server;
    private final List<DatagramGate> gates;
    private final LoopMetrics metrics;
    private final AtomicInteger handed = new AtomicInteger();
    private final List<DatagramPacket> held = new ArrayList<>();
    private Stage stage = Stage.ASLEEP;
    private @Nullable ChannelHandlerContext context;
    private volatile boolean isRefusing;
    private boolean closesWhenEmpty;

    /**
     * The gate of {@code server}'s socket; {@code gates} are all of the listener, by their loops.
     */
    DatagramGate(QuicServer server, List<DatagramGate> gates, LoopMetrics metrics) {
        this.server = server;
        this.gates = gates;
        this.metrics = metrics;
        server.onEmpty(this::closeIfEmpty);
    }

    /** Takes no new connections. Any thread. */
    void refuse() {
        isRefusing = true;
    }

    /** Closes the socket once there is no connection. Any thread. */
    void closeWhenEmpty() {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            ctx.executor()
                    .execute(() -> {
                        closesWhenEmpty = true;
                        closeIfEmpty();
                    });
        }
    }

    private void closeIfEmpty() {
        ChannelHandlerContext ctx = context;
        if (closesWhenEmpty && ctx != null && server.connections() == 0) {
            ctx.close();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        held.forEach(DatagramPacket::release);
        held.clear();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        DatagramPacket datagram = (DatagramPacket) message;
        ByteBuf content = datagram.content();
        boolean isShort =
                content.isReadable() && (content.getByte(content.readerIndex()) & LONG_HEADER) == 0;
        if (isShort ? content.readableBytes() < LEAST_SHORT : !isSoundLong(content)) {
            metrics.datagramDropped();
            datagram.release();
            return;
        }
        int owner = isShort ? ConnectionIds.loopOf(content, content.readerIndex() + 1) : -1;
        if (owner >= 0 && owner < gates.size() && owner != server.index()) {
            gates.get(owner).hand(datagram);
        } else {
            take(ctx, datagram);
        }
    }

    /** Whether a packet with a long header is worth an answer (RFC 9000 5.2.2, 14.1, 17.2). */
    private boolean isSoundLong(ByteBuf content) {
        int start = content.readerIndex();
        int size = content.readableBytes();
        if (size <= ID_LENGTH_AT) {
            return false;
        }
        int version = content.getInt(start + VERSION_AT);
        int idLength = content.getUnsignedByte(start + ID_LENGTH_AT);
        if (version == 0 || idLength > ConnectionIds.LENGTH || size < ID_LENGTH_AT + idLength + 2) {
            return false;
        }
        boolean isFirst = version != 1 || (content.getByte(start) & TYPE) == 0;
        return !isFirst || (size >= LEAST_INITIAL && !isRefusing);
    }

    /** Takes a datagram that came to another loop. Any thread. */
    private void hand(DatagramPacket datagram) {
        ChannelHandlerContext ctx = context;
        if (ctx == null || handed.incrementAndGet() > MOST_HANDED) {
            handed.decrementAndGet();
            datagram.release();
            return;
        }
        ctx.executor()
                .execute(() -> {
                    handed.decrementAndGet();
                    metrics.datagramHanded();
                    take(ctx, datagram);
                    ctx.fireChannelReadComplete();
                });
    }

    private void take(ChannelHandlerContext ctx, DatagramPacket datagram) {
        switch (stage) {
            case OPEN -> ctx.fireChannelRead(datagram);
            case BROKEN -> datagram.release();
            case ASLEEP -> {
                stage = Stage.LOADING;
                held.add(datagram);
                load(ctx);
            }
            case LOADING -> {
                if (held.size() < MOST_HELD) {
                    held.add(datagram);
                } else {
                    metrics.datagramDropped();
                    datagram.release();
                }
            }
        }
    }

    /**
     * The library is unpacked and linked by a control thread: that takes longer than loops wait.
     */
    private void load(ChannelHandlerContext ctx) {
        Thread.ofVirtual()
                .name("quic-loading")
                .start(() -> {
                    Throwable problem = Quic.unavailabilityCause();
                    if (problem == null) {
                        server.load();
                    }
                    ctx.executor().execute(() -> loaded(ctx, problem));
                });
    }

    private void loaded(ChannelHandlerContext ctx, @Nullable Throwable problem) {
        if (ctx.isRemoved()) {
            return;
        }
        if (problem == null) {
            ctx.pipeline().addLast(server.newCodec(ctx.channel()));
            stage = Stage.OPEN;
        } else {
            stage = Stage.BROKEN;
            log.error(
                    "http/3 unavailable, the native library does not load reason={}",
                    problem.toString());
        }
        for (DatagramPacket datagram : List.copyOf(held)) {
            take(ctx, datagram);
        }
        held.clear();
        ctx.fireChannelReadComplete();
    }
}
