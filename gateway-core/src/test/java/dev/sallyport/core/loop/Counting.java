package dev.sallyport.core.loop;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Counts and releases what it reads. */
final class Counting extends ChannelInboundHandlerAdapter {
    private long bytes;

    @Override
    public synchronized void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf read = (ByteBuf) message;
        bytes += read.readableBytes();
        read.release();
        notifyAll();
    }

    /** Waits for so many bytes, at most 10 s. */
    synchronized long await(long wanted) throws InterruptedException {
        long end = System.nanoTime() + 10_000_000_000L;
        while (bytes < wanted && System.nanoTime() < end) {
            wait(100);
        }
        return bytes;
    }
}
