package dev.sallyport.config.model.value;

/**
 * A block of addresses in CIDR form, one address being the block of itself. IPv4-mapped IPv6 is
 * IPv4 here, on both sides of every comparison.
 *
 * @param v4 whether the block is of IPv4; then {@code low} alone holds the 32 bits
 * @param high the upper 64 bits of an IPv6 block
 * @param low the lower 64 bits of an IPv6 block, or an IPv4 block
 * @param prefix how many leading bits are fixed
 */
@Written(as = "network", pattern = "^[0-9a-fA-F:.]+(/[0-9]{1,3})?$")
public record Network(boolean v4, long high, long low, int prefix) {
    private static final String EXPECTED =
            "a network such as 10.0.0.0/8, fd00::/8 or a single address";

    public Network {
        if (prefix < 0 || prefix > (v4 ? 32 : 128)) {
            throw new IllegalArgumentException(
                    "prefix: " + prefix + " (expected: 0.." + (v4 ? 32 : 128) + ")");
        }
        if ((high & ~highMask(v4, prefix)) != 0 || (low & ~lowMask(v4, prefix)) != 0) {
            throw new IllegalArgumentException("bits set beyond the prefix: /" + prefix);
        }
    }

    public static Network parse(String text) {
        int slash = text.indexOf('/');
        var address = IpAddress.find(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw new InvalidValue(text, EXPECTED);
        }
        boolean v4 = address.length == 4;
        int bits = v4 ? 32 : 128;
        int prefix = slash < 0 ? bits : prefix(text, slash, v4);
        long high = v4 ? 0 : longAt(address, 0);
        long low = v4 ? intAt(address) : longAt(address, 8);
        var network =
                new Network(v4, high & highMask(v4, prefix), low & lowMask(v4, prefix), prefix);
        if (network.high != high || network.low != low) {
            throw new InvalidValue(
                    text,
                    "a network whose address has no bits beyond its prefix",
                    network.toString());
        }
        return network;
    }

    /** The block that holds one address only. */
    public static Network of(byte[] address) {
        var plain = IpAddress.normalise(address);
        return plain.length == 4
                ? new Network(true, 0, intAt(plain), 32)
                : new Network(false, longAt(plain, 0), longAt(plain, 8), 128);
    }

    /** Whether the address of 4 or 16 bytes lies in this block; allocates nothing. */
    public boolean contains(byte[] address) {
        if (address.length == 4) {
            return v4 && (intAt(address) & lowMask(true, prefix)) == low;
        }
        if (IpAddress.isMapped(address)) {
            return v4 && (longAt(address, 8) & 0xffff_ffffL & lowMask(true, prefix)) == low;
        }
        return !v4
                && (longAt(address, 0) & highMask(false, prefix)) == high
                && (longAt(address, 8) & lowMask(false, prefix)) == low;
    }

    /** Whether all of another block lies in this one. */
    public boolean contains(Network other) {
        return v4 == other.v4
                && prefix <= other.prefix
                && (other.high & highMask(v4, prefix)) == high
                && (other.low & lowMask(v4, prefix)) == low;
    }

    @Override
    public String toString() {
        var bytes = new byte[v4 ? 4 : 16];
        for (int i = 0; i < bytes.length; i++) {
            int fromEnd = bytes.length - 1 - i;
            bytes[i] = (byte) ((fromEnd < 8 ? low : high) >>> (8 * (fromEnd % 8)));
        }
        return IpAddress.format(bytes) + "/" + prefix;
    }

    private static int prefix(String text, int slash, boolean v4) {
        var digits = text.substring(slash + 1);
        if (!digits.matches("0|[1-9][0-9]{0,2}")) {
            throw new InvalidValue(text, EXPECTED);
        }
        int prefix = Integer.parseInt(digits);
        // ::ffff:10.0.0.0/104 is 10.0.0.0/8: the 96 bits of the mapping are fixed.
        if (v4 && text.lastIndexOf(':', slash) >= 0) {
            if (prefix < 96 || prefix > 128) {
                throw new InvalidValue(text, "an IPv4-mapped network with a prefix of 96..128");
            }
            return prefix - 96;
        }
        int bits = v4 ? 32 : 128;
        if (prefix > bits) {
            throw new InvalidValue(text, "a prefix of 0.." + bits);
        }
        return prefix;
    }

    private static long highMask(boolean v4, int prefix) {
        return v4 || prefix == 0 ? 0 : prefix >= 64 ? -1L : -1L << (64 - prefix);
    }

    private static long lowMask(boolean v4, int prefix) {
        if (v4) {
            return prefix == 0 ? 0 : (0xffff_ffffL << (32 - prefix)) & 0xffff_ffffL;
        }
        return prefix <= 64 ? 0 : -1L << (128 - prefix);
    }

    private static long intAt(byte[] bytes) {
        return ((bytes[0] & 0xffL) << 24)
                | ((bytes[1] & 0xffL) << 16)
                | ((bytes[2] & 0xffL) << 8)
                | (bytes[3] & 0xffL);
    }

    private static long longAt(byte[] bytes, int offset) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | (bytes[offset + i] & 0xffL);
        }
        return value;
    }
}
