package dev.sallyport.core.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One of the two channels of a {@link Tunnel}: what is read from it is written to the other. */
final class TunnelSide extends ChannelInboundHandlerAdapter {
    private final Tunnel tunnel;
    private final Channel channel;
    private final @Nullable SslHandler tls;
    private TunnelSide other = this;
    private long bytesRead;
    private boolean inputEnded;
    private boolean outputEnding;
    private boolean outputEnded;

    TunnelSide(Tunnel tunnel, Channel channel) {
        this.tunnel = tunnel;
        this.channel = channel;
        this.tls = channel.pipeline().get(SslHandler.class);
    }

    void join(TunnelSide other) {
        this.other = other;
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.pipeline().addLast("tunnel", this);
    }

    /** Bytes read before the tunnel was there; released by the write. */
    void deliver(@Nullable ByteBuf bytes) {
        if (bytes != null) {
            bytesRead += bytes.readableBytes();
            other.channel.writeAndFlush(bytes, other.channel.voidPromise());
        }
    }

    /** Begins to read; an end that came before the tunnel was there is found out. */
    void begin() {
        if (!channel.isActive()) {
            broke();
        } else if (channel instanceof DuplexChannel duplex && duplex.isInputShutdown()) {
            endInput();
        } else {
            demand();
        }
    }

    long bytesRead() {
        return bytesRead;
    }

    boolean isOutputEnded() {
        return outputEnded;
    }

    /** What waits here to be taken by the socket. */
    long pendingBytes() {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        return pending == null ? 0 : pending.totalPendingWriteBytes();
    }

    private void demand() {
        if (!inputEnded) {
            channel.config().setAutoRead(other.channel.isWritable());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (inputEnded) {
            bytes.release();
            return;
        }
        bytesRead += bytes.readableBytes();
        other.channel.write(bytes, other.channel.voidPromise());
        if (!other.channel.isWritable()) {
            other.channel.flush();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!inputEnded) {
            tunnel.progressed();
            other.channel.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        other.demand();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            if (tls == null) {
                endInput();
            } else {
                endBoth();
            }
        } else if (event instanceof SslCloseCompletionEvent) {
            endBoth();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        broke();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        broke();
    }

    private void broke() {
        if (!inputEnded || !outputEnded) {
            tunnel.broke();
            endBoth();
        }
    }

    /** This side sends no more, and still takes. */
    private void endInput() {
        if (inputEnded) {
            return;
        }
        stopInput();
        tunnel.directionEnded();
        other.endOutput();
    }

    /**
     * This side neither sends nor takes any more; the other is of use only to deliver what was
     * read.
     */
    private void endBoth() {
        if (inputEnded && outputEnded) {
            return;
        }
        stopInput();
        outputEnding = true;
        outputEnded = true;
        channel.close();
        other.stopInput();
        tunnel.directionEnded();
        other.endOutput();
        tunnel.outputEnded();
    }

    private void stopInput() {
        inputEnded = true;
        // A readable end of stream would wake the loop again and again.
        channel.config().setAutoRead(false);
    }

    /**
     * Ends the output once everything written has left; Netty's shutdownOutput drops what has not.
     */
    private void endOutput() {
        if (outputEnding) {
            return;
        }
        outputEnding = true;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(this::delivered);
    }

    private void delivered(Future<?> written) {
        if (!written.isSuccess()) {
            broke();
        } else if (tls != null) {
            tls.closeOutbound().addListener(this::shut);
        } else if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput().addListener(this::shut);
        } else {
            shut(written);
        }
    }

    private void shut(Future<?> output) {
        if (output.isSuccess()) {
            outputEnded = true;
            tunnel.outputEnded();
        } else {
            broke();
        }
    }

    /** Closes; what still comes is released. */
    void close() {
        inputEnded = true;
        outputEnding = true;
        outputEnded = true;
        channel.close();
    }
}
