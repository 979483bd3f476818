package dev.sallyport.core.loop;

import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * How much a socket for datagrams reads at a time. May change while it is in use, which Netty's own
 * kinds may not; any thread.
 */
final class DatagramRoom extends DefaultMaxMessagesRecvByteBufAllocator {
    private volatile int bytes;

    DatagramRoom(int bytes) {
        this.bytes = bytes;
    }

    void bytes(int changed) {
        bytes = changed;
    }

    @Override
    @SuppressWarnings("deprecation") // the type of the handle, which Netty still asks for
    public Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return bytes;
            }
        };
    }
}
