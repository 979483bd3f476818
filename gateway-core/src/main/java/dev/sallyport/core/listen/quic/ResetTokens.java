package dev.sallyport.core.listen.quic;

import io.netty.handler.codec.quic.QuicResetTokenGenerator;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.crypto.Mac;

/** Stateless reset tokens: not to be told from a connection id without the key. One per loop. */
final class ResetTokens implements QuicResetTokenGenerator {
    private static final int LENGTH = 16;

    private final Mac code;

    ResetTokens(Mac code) {
        this.code = code;
    }

    @Override
    public ByteBuffer newResetToken(ByteBuffer connectionId) {
        code.update(connectionId);
        return ByteBuffer.wrap(Arrays.copyOf(code.doFinal(), LENGTH));
    }
}
