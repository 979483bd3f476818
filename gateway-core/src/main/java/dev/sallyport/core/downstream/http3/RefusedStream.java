package dev.sallyport.core.downstream.http3;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicStreamChannel;

/** A request that comes too late or is one too many: none of it is read (RFC 9114 4.1.1). */
final class RefusedStream extends ChannelInboundHandlerAdapter {
    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(false);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ((QuicStreamChannel) ctx.channel()).shutdown(Http3Error.REQUEST_REJECTED.code());
        ctx.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // Nobody is interested in it any more.
    }
}
