package dev.sallyport.core.listen.quic;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import javax.crypto.Mac;

/**
 * Address validation by Retry (RFC 9000 8.1.2): asked for only under load, since it costs every
 * client a round trip. A token says when it was made and which id the client began with, sealed
 * together with the client's address. Nothing is kept here meanwhile. One per loop.
 */
final class RetryTokens implements QuicTokenHandler {
    private static final int TIME_BYTES = 8;
    private static final int SEAL_BYTES = 16;

    /** A client answers a Retry at once. */
    private static final long VALID_MILLIS = 10_000;

    private final Mac code;
    private final Clock clock;
    private final BooleanSupplier isLoaded;
    private final byte[] scratch = new byte[ConnectionIds.LENGTH];

    /**
     * Codes by {@code code}.
     *
     * @param isLoaded whether clients have to show that they are where they say
     */
    RetryTokens(Mac code, Clock clock, BooleanSupplier isLoaded) {
        this.code = code;
        this.clock = clock;
        this.isLoaded = isLoaded;
    }

    @Override
    public boolean writeToken(ByteBuf out, ByteBuf destinationId, InetSocketAddress address) {
        if (!isLoaded.getAsBoolean()) {
            return false;
        }
        long now = clock.millis();
        out.writeLong(now);
        out.writeBytes(seal(now, address, destinationId));
        out.writeBytes(destinationId, destinationId.readerIndex(), destinationId.readableBytes());
        return true;
    }

    @Override
    public int validateToken(ByteBuf token, InetSocketAddress address) {
        int idLength = token.readableBytes() - TIME_BYTES - SEAL_BYTES;
        if (idLength < 0 || idLength > ConnectionIds.LENGTH) {
            return -1;
        }
        int start = token.readerIndex();
        long made = token.getLong(start);
        long age = clock.millis() - made;
        byte[] sealed = new byte[SEAL_BYTES];
        token.getBytes(start + TIME_BYTES, sealed);
        int offset = TIME_BYTES + SEAL_BYTES;
        byte[] expected = seal(made, address, token.slice(start + offset, idLength));
        return MessageDigest.isEqual(sealed, expected) && age >= 0 && age <= VALID_MILLIS
                ? offset
                : -1;
    }

    @Override
    public int maxTokenLength() {
        return TIME_BYTES + SEAL_BYTES + ConnectionIds.LENGTH;
    }

    private byte[] seal(long made, InetSocketAddress address, ByteBuf destinationId) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            code.update((byte) (made >>> shift));
        }
        byte[] client = address.getAddress().getAddress();
        code.update((byte) client.length);
        code.update(client);
        code.update((byte) (address.getPort() >>> 8));
        code.update((byte) address.getPort());
        int length = Math.min(destinationId.readableBytes(), scratch.length);
        destinationId.getBytes(destinationId.readerIndex(), scratch, 0, length);
        code.update(scratch, 0, length);
        return Arrays.copyOf(code.doFinal(), SEAL_BYTES);
    }
}
