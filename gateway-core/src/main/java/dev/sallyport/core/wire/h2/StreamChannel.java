package dev.sallyport.core.wire.h2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A stream that became one end of a tunnel (RFC 8441), as a channel of its own: what the tunnel
 * writes goes out as the peer's windows allow, what the peer sends is given as the tunnel reads.
 */
public final class StreamChannel extends AbstractChannel implements DuplexChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

    private final StreamEnd end;
    private final ChannelConfig config = new DefaultChannelConfig(this);
    private boolean isOpen = true;
    private boolean isReadDue;
    private boolean isInputShut;
    private boolean isOutputShut;

    private StreamChannel(Channel parent, StreamEnd end) {
        super(parent);
        this.end = end;
        config.setAutoRead(false);
        config.setAllocator(parent.alloc());
        config.setWriteBufferWaterMark(parent.config().getWriteBufferWaterMark());
    }

    /** Opens one beside the connection that {@code end} is on. */
    public static StreamChannel open(Channel connection, StreamEnd end) {
        var opened = new StreamChannel(connection, end);
        connection.eventLoop().register(opened);
        return opened;
    }

    /** More may have come from the peer, or its end. */
    public void deliver() {
        if (!isOpen || !isReadDue || isInputShut) {
            return;
        }
        ByteBuf data = end.take();
        if (data != null) {
            isReadDue = false;
            pipeline().fireChannelRead(data);
            pipeline().fireChannelReadComplete();
        }
        if (isOpen && !isInputShut && end.isInputEnded()) {
            isInputShut = true;
            pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    /** The peer takes more. */
    public void writable() {
        if (isOpen) {
            unsafe().flush();
        }
    }

    /** The peer reset the stream, or the connection is gone. */
    public void broke() {
        if (isOpen) {
            close();
        }
    }

    @Override
    protected void doBeginRead() {
        isReadDue = true;
        // Not at once: the one who asks may be in the middle of a read.
        eventLoop().execute(this::deliver);
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) {
        while (out.current() instanceof ByteBuf data) {
            int before = data.readableBytes();
            boolean isWritten = end.write(data);
            out.progress(before - data.readableBytes());
            if (!isWritten) {
                break;
            }
            out.remove();
        }
        end.flush();
    }

    @Override
    protected void doClose() {
        isOpen = false;
        end.closed();
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        if (isOutputShut) {
            return promise.setSuccess();
        }
        isOutputShut = true;
        end.endOutput(promise);
        return promise;
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        isInputShut = true;
        return promise.setSuccess();
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        shutdownInput();
        return shutdownOutput(promise);
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public boolean isInputShutdown() {
        return isInputShut;
    }

    @Override
    public boolean isOutputShutdown() {
        return isOutputShut;
    }

    @Override
    public boolean isShutdown() {
        return isInputShut && isOutputShut;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return isOpen;
    }

    @Override
    public boolean isActive() {
        return isOpen;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new AbstractUnsafe() {
            @Override
            public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
                promise.setFailure(new UnsupportedOperationException("connect"));
            }
        };
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return parent().localAddress();
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return parent().remoteAddress();
    }

    @Override
    protected void doBind(SocketAddress local) {
        throw new UnsupportedOperationException("bind");
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }
}
