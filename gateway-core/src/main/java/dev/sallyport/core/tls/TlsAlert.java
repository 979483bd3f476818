package dev.sallyport.core.tls;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;

/** The fatal alerts the edge sends by itself, before there is an engine to do it (RFC 8446 6.2). */
enum TlsAlert {
    DECODE_ERROR(50),
    MISSING_EXTENSION(109),
    UNRECOGNIZED_NAME(112),
    NO_APPLICATION_PROTOCOL(120);

    private final int description;

    TlsAlert(int description) {
        this.description = description;
    }

    void sendAndClose(ChannelHandlerContext ctx) {
        var alert = ctx.alloc().directBuffer(7);
        // a record of type alert, legacy version 1.2, two bytes: fatal and why
        alert.writeByte(21).writeShort(0x0303).writeShort(2).writeByte(2).writeByte(description);
        ctx.writeAndFlush(alert).addListener(ChannelFutureListener.CLOSE);
    }
}
