package dev.sallyport.core.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/** One of the two channels of a {@link Tunnel}: reads from it go to the other. */
final class TunnelSide extends ChannelInboundHandlerAdapter {
    private final Tunnel tunnel;
    private final Channel channel;
    private final @Nullable SslHandler tls;
    private TunnelSide other = this;
    private long bytesRead;
    private boolean inputEnded;
    private boolean outputEnding;
    private boolean outputEnded;
    private boolean closed;

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

    /**
     * Reads as far as the other side has room; what happened to the channel before is found out.
     */
    void begin() {
        if (!channel.isActive()) {
            tunnel.finish(Ending.RESET);
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

    long pendingBytes() {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        return pending == null ? 0 : pending.totalPendingWriteBytes();
    }

    private void demand() {
        if (!closed && !inputEnded) {
            channel.config().setAutoRead(other.channel.isWritable());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (closed || inputEnded) {
            bytes.release();
            return;
        }
        bytesRead += bytes.readableBytes();
        other.channel.write(bytes, other.channel.voidPromise());
        if (!other.channel.isWritable()) {
            other.channel.flush();
            demand();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!closed) {
            tunnel.progressed();
            other.channel.flush();
            demand();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        other.demand();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            if (tls != null && !inputEnded) {
                // RFC 8446 6.1: the end of data is close_notify; without it the data may have been
                // cut.
                tunnel.finish(Ending.RESET);
            } else {
                endInput();
            }
        } else if (event instanceof SslCloseCompletionEvent close && close.isSuccess()) {
            endInput();
        }
    }

    private void endInput() {
        if (closed || inputEnded) {
            return;
        }
        inputEnded = true;
        // Nothing more can come, and a readable end of stream must not wake the loop again and
        // again.
        channel.config().setAutoRead(false);
        if (tls != null) {
            outputEnded = true;
        }
        tunnel.halfClosed();
        other.endOutput();
    }

    /** Ends the output once everything written has left; Netty would drop what has not. */
    private void endOutput() {
        if (closed || outputEnding) {
            return;
        }
        outputEnding = true;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> shutOutput());
    }

    private void shutOutput() {
        if (closed) {
            return;
        }
        if (tls != null) {
            tls.closeOutbound().addListener(sent -> ended());
        } else if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput().addListener((ChannelFuture shut) -> ended());
        } else {
            ended();
        }
    }

    private void ended() {
        outputEnded = true;
        tunnel.outputEnded();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        tunnel.finish(Ending.RESET);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        tunnel.finish(Ending.RESET);
    }

    void close(Ending ending) {
        closed = true;
        if (ending == Ending.RESET && tls == null) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        channel.close();
    }
}
