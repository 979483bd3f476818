package dev.sallyport.core.listen.quic;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.QuicConnectionIdGenerator;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * Connection ids of one loop: a byte that names the loop, the rest random. A client may come from
 * another address at any time, and the kernel then gives its datagrams to any loop; the byte leads
 * them home. One per loop.
 */
final class ConnectionIds implements QuicConnectionIdGenerator {
    /** The longest there is: what is guessed must not hit (RFC 9000 17.2). */
    static final int LENGTH = 20;

    /** Loops that a byte can tell apart. */
    static final int MOST_LOOPS = 256;

    private static final int AHEAD = 64;

    private final int loop;
    private final SecureRandom random;

    /** Random bytes are drawn for many ids at once: a draw costs more than its bytes do. */
    private final byte[] drawn = new byte[AHEAD * LENGTH];

    private int used = drawn.length;

    ConnectionIds(int loop, SecureRandom random) {
        if (loop >= MOST_LOOPS) {
            throw new IllegalArgumentException(
                    "loop: " + loop + " (expected: less than " + MOST_LOOPS + ")");
        }
        this.loop = loop;
        this.random = random;
    }

    /** The loop that the id at {@code index} belongs to, if it is one of ours. */
    static int loopOf(ByteBuf datagram, int index) {
        return datagram.getUnsignedByte(index);
    }

    @Override
    public ByteBuffer newId(int length) {
        if (used + length > drawn.length) {
            random.nextBytes(drawn);
            used = 0;
        }
        byte[] id = new byte[length];
        System.arraycopy(drawn, used, id, 0, length);
        used += length;
        id[0] = (byte) loop;
        return ByteBuffer.wrap(id);
    }

    @Override
    public ByteBuffer newId(ByteBuffer input, int length) {
        return newId(length);
    }

    @Override
    public ByteBuffer newId(ByteBuffer sourceId, ByteBuffer destinationId, int length) {
        return newId(length);
    }

    @Override
    public int maxConnectionIdLength() {
        return LENGTH;
    }

    @Override
    public boolean isIdempotent() {
        return false;
    }
}
