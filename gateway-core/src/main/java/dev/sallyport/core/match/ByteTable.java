package dev.sallyport.core.match;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map whose keys are byte strings, asked with a piece of an array.
 *
 * <p>Open addressing at half load. The hash is keyed with a secret seed: whoever may choose names
 * in the configuration cannot choose names that collide.
 */
final class ByteTable<V> {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    // Odd, with about as many ones as zeros; what makes the hash unpredictable is the seed.
    private static final long STIR_1 = 0x9E3779B97F4A7C15L;
    private static final long STIR_2 = 0xD6E8FEB86659FD93L;

    private final long seed;
    private final int mask;
    private final int[] hashes;
    private final byte[] @Nullable [] keys;
    private final @Nullable Object[] values;

    private ByteTable(long seed, int slots) {
        this.seed = seed;
        this.mask = slots - 1;
        this.hashes = new int[slots];
        this.keys = new byte[slots][];
        this.values = new Object[slots];
    }

    /** Keys are given as text whose chars are the bytes. */
    static <V> ByteTable<V> create(Map<String, V> entries, long seed) {
        int slots = entries.size() < 2 ? 1 : Integer.highestOneBit(entries.size()) * 4;
        var table = new ByteTable<V>(seed, slots);
        entries.forEach(
                (key, value) -> table.put(key.getBytes(StandardCharsets.ISO_8859_1), value));
        return table;
    }

    @SuppressWarnings("unchecked") // only put writes, and it takes a V
    @Nullable V find(byte[] bytes, int offset, int length) {
        if (mask == 0) {
            // None or one: comparing is cheaper than hashing.
            byte[] only = keys[0];
            return only != null && isKey(only, bytes, offset, length) ? (V) values[0] : null;
        }
        int hash = hash(bytes, offset, length, seed);
        for (int slot = hash & mask; ; slot = (slot + 1) & mask) {
            byte[] key = keys[slot];
            if (key == null) {
                return null;
            }
            if (hashes[slot] == hash && isKey(key, bytes, offset, length)) {
                return (V) values[slot];
            }
        }
    }

    private static boolean isKey(byte[] key, byte[] bytes, int offset, int length) {
        return key.length == length
                && Arrays.equals(key, 0, length, bytes, offset, offset + length);
    }

    private void put(byte[] key, V value) {
        int hash = hash(key, 0, key.length, seed);
        int slot = hash & mask;
        while (keys[slot] != null) {
            slot = (slot + 1) & mask;
        }
        keys[slot] = key;
        hashes[slot] = hash;
        values[slot] = value;
    }

    private static int hash(byte[] bytes, int offset, int length, long seed) {
        long hash = seed ^ (length * STIR_1);
        int end = offset + length;
        // The last bytes are read once more with those before them: no loop over single bytes.
        if (length >= 8) {
            for (int at = offset; at + 8 < end; at += 8) {
                hash = stir(hash ^ (long) LONG.get(bytes, at), seed);
            }
            hash = stir(hash ^ (long) LONG.get(bytes, end - 8), seed);
        } else if (length >= 4) {
            long first = (int) INT.get(bytes, offset);
            hash =
                    stir(
                            hash ^ (first << 32 | ((int) INT.get(bytes, end - 4) & 0xffff_ffffL)),
                            seed);
        } else if (length > 0) {
            int middle = bytes[offset + (length >> 1)] & 0xff;
            hash =
                    stir(
                            hash
                                    ^ (bytes[offset] & 0xff)
                                    ^ (middle << 8)
                                    ^ ((bytes[end - 1] & 0xff) << 16),
                            seed);
        }
        return (int) (hash ^ (hash >>> 32));
    }

    /** One multiplication of 64 x 64 bits, both halves folded together. */
    private static long stir(long value, long seed) {
        long factor = (seed ^ STIR_2) | 1;
        return Math.unsignedMultiplyHigh(value, factor) ^ (value * factor);
    }
}
