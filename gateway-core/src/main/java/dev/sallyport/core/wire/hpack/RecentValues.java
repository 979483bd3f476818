package dev.sallyport.core.wire.hpack;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The values that the encoders of one loop kept last. Most connections are told the same of
 * servers, dates and policies, so that one copy does for thousands of tables.
 */
public final class RecentValues {
    private final byte[] @Nullable [] values = new byte[HpackEncoder.SLOTS][];

    /** A copy of {@code [from, to)}, or the one that was made of the same bytes before. */
    byte[] share(int slot, byte[] bytes, int from, int to) {
        byte[] recent = values[slot];
        if (recent == null || !Arrays.equals(recent, 0, recent.length, bytes, from, to)) {
            recent = Arrays.copyOfRange(bytes, from, to);
            values[slot] = recent;
        }
        return recent;
    }
}
