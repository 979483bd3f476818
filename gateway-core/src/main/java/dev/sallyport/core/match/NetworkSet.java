package dev.sallyport.core.match;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A set of addresses made of networks, asked with an address in two longs.
 *
 * <p>IPv4 lives in {@code ::ffff:0:0/96}: {@code 10.0.0.0/8} and {@code ::ffff:10.0.0.0/104} are
 * the same network, and no wider IPv6 network reaches into it, so {@code ::/0} is every IPv6 client
 * and no IPv4 one.
 */
public final class NetworkSet {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long MAPPED = 0xffff_0000_0000L;
    private static final long MAPPED_LAST = 0xffff_ffff_ffffL;

    /** One network: its first address as two longs, and how many leading bits count. */
    public record Network(long high, long low, int prefixLength) {

        /**
         * The network of an address of 4 or 16 bytes and its prefix length; bits behind the prefix
         * are cleared.
         */
        public static Network of(byte[] address, int prefixLength) {
            if (prefixLength < 0 || prefixLength > address.length * 8) {
                throw new IllegalArgumentException(
                        "prefix length: "
                                + prefixLength
                                + " (expected: 0.."
                                + address.length * 8
                                + ")");
            }
            int length = address.length == 4 ? prefixLength + 96 : prefixLength;
            return new Network(
                    NetworkSet.high(address) & highMask(length),
                    NetworkSet.low(address) & lowMask(length),
                    length);
        }
    }

    private record Range(long firstHigh, long firstLow, long lastHigh, long lastLow) {}

    // Disjoint ranges in unsigned order, two longs for each end.
    private final long[] firsts;
    private final long[] lasts;

    private NetworkSet(long[] firsts, long[] lasts) {
        this.firsts = firsts;
        this.lasts = lasts;
    }

    /** The union of the networks. */
    public static NetworkSet of(List<Network> networks) {
        var ranges = new ArrayList<Range>();
        networks.forEach(network -> addRanges(ranges, network));
        // The wider of two that begin together comes first.
        ranges.sort(
                Comparator.comparing(Range::firstHigh, Long::compareUnsigned)
                        .thenComparing(Range::firstLow, Long::compareUnsigned)
                        .thenComparing(Range::lastHigh, (a, b) -> Long.compareUnsigned(b, a))
                        .thenComparing(Range::lastLow, (a, b) -> Long.compareUnsigned(b, a)));
        long[] firsts = new long[ranges.size() * 2];
        long[] lasts = new long[ranges.size() * 2];
        int used = 0;
        for (var range : ranges) {
            // Networks nest or are apart: one that begins inside another ends in it too.
            if (used == 0
                    || compare(range.firstHigh, range.firstLow, lasts[used - 2], lasts[used - 1])
                            > 0) {
                firsts[used] = range.firstHigh;
                firsts[used + 1] = range.firstLow;
                lasts[used] = range.lastHigh;
                lasts[used + 1] = range.lastLow;
                used += 2;
            }
        }
        return new NetworkSet(Arrays.copyOf(firsts, used), Arrays.copyOf(lasts, used));
    }

    private static void addRanges(List<Range> ranges, Network network) {
        long lastHigh = network.high() | ~highMask(network.prefixLength());
        long lastLow = network.low() | ~lowMask(network.prefixLength());
        boolean spansMapped =
                network.prefixLength() < 96
                        && compare(network.high(), network.low(), 0, MAPPED) <= 0
                        && compare(lastHigh, lastLow, 0, MAPPED_LAST) >= 0;
        if (spansMapped) {
            ranges.add(new Range(network.high(), network.low(), 0, MAPPED - 1));
            ranges.add(new Range(0, MAPPED_LAST + 1, lastHigh, lastLow));
        } else {
            ranges.add(new Range(network.high(), network.low(), lastHigh, lastLow));
        }
    }

    /** The upper 64 bits of an address of 4 or 16 bytes. */
    public static long high(byte[] address) {
        return address.length == 4 ? 0 : (long) LONG.get(address, 0);
    }

    /** The lower 64 bits of an address of 4 or 16 bytes, an IPv4 address mapped into IPv6. */
    public static long low(byte[] address) {
        if (address.length != 4) {
            return (long) LONG.get(address, 8);
        }
        return MAPPED
                | (address[0] & 0xffL) << 24
                | (address[1] & 0xffL) << 16
                | (address[2] & 0xffL) << 8
                | (address[3] & 0xffL);
    }

    /** Whether an address lies in one of the networks. */
    public boolean contains(long high, long low) {
        int from = 0;
        int to = firsts.length / 2;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (compare(high, low, lasts[middle * 2], lasts[middle * 2 + 1]) > 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from < firsts.length / 2
                && compare(high, low, firsts[from * 2], firsts[from * 2 + 1]) >= 0;
    }

    private static int compare(long high, long low, long otherHigh, long otherLow) {
        int highs = Long.compareUnsigned(high, otherHigh);
        return highs != 0 ? highs : Long.compareUnsigned(low, otherLow);
    }

    private static long highMask(int prefixLength) {
        return prefixLength >= 64 ? -1 : prefixLength == 0 ? 0 : -1L << (64 - prefixLength);
    }

    private static long lowMask(int prefixLength) {
        return prefixLength <= 64 ? 0 : -1L << (128 - prefixLength);
    }
}
