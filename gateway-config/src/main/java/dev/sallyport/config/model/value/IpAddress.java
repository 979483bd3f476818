package dev.sallyport.config.model.value;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Addresses as text and as bytes, strictly and without any look-up of names. */
public final class IpAddress {
    private static final int IPV6_GROUPS = 8;

    private IpAddress() {}

    /**
     * Bytes of a literal: 4 for dotted IPv4, 16 for IPv6, 4 for IPv4-mapped IPv6; null when the
     * text is no literal. Shortened, octal and hexadecimal IPv4 forms are none: two readers would
     * disagree on them.
     */
    public static byte @Nullable [] find(String text) {
        if (text.indexOf(':') < 0) {
            return findV4(text);
        }
        if (text.indexOf('%') >= 0 || text.indexOf('[') >= 0 || text.indexOf(']') >= 0) {
            return null;
        }
        try {
            return normalise(InetAddress.ofLiteral(text).getAddress());
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /** The same address with IPv4-mapped IPv6 as plain IPv4. */
    public static byte[] normalise(byte[] address) {
        if (!isMapped(address)) {
            return address;
        }
        return new byte[] {address[12], address[13], address[14], address[15]};
    }

    /** Whether bytes are 16 and begin with the prefix ::ffff:0:0/96. */
    static boolean isMapped(byte[] address) {
        if (address.length != 16 || address[10] != (byte) 0xff || address[11] != (byte) 0xff) {
            return false;
        }
        for (int i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** The literal of an address, IPv6 in the short form of RFC 5952. */
    public static String format(byte[] address) {
        var plain = normalise(address);
        if (plain.length == 4) {
            return (plain[0] & 0xff)
                    + "."
                    + (plain[1] & 0xff)
                    + "."
                    + (plain[2] & 0xff)
                    + "."
                    + (plain[3] & 0xff);
        }
        return formatV6(plain);
    }

    /** The address as the JDK's type, for binding and connecting. */
    public static InetAddress toInetAddress(byte[] address) {
        try {
            return address.length == 16
                    ? Inet6Address.getByAddress(null, address, -1)
                    : InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "address of " + address.length + " bytes (expected: 4 or 16)", e);
        }
    }

    private static byte @Nullable [] findV4(String text) {
        var parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return null;
        }
        var bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            int value = octet(parts[i]);
            if (value < 0) {
                return null;
            }
            bytes[i] = (byte) value;
        }
        return bytes;
    }

    private static int octet(String part) {
        if (part.isEmpty() || part.length() > 3 || (part.length() > 1 && part.charAt(0) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < part.length(); i++) {
            int digit = part.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value <= 255 ? value : -1;
    }

    private static String formatV6(byte[] address) {
        var groups = new int[IPV6_GROUPS];
        for (int i = 0; i < IPV6_GROUPS; i++) {
            groups[i] = ((address[2 * i] & 0xff) << 8) | (address[2 * i + 1] & 0xff);
        }
        // RFC 5952 4.2: the longest run of zero groups is shortened, the first of equals, never
        // one.
        int start = -1;
        int length = 1;
        for (int i = 0; i < IPV6_GROUPS; i++) {
            int run = 0;
            while (i + run < IPV6_GROUPS && groups[i + run] == 0) {
                run++;
            }
            if (run > length) {
                start = i;
                length = run;
            }
        }
        var text = new StringBuilder();
        for (int i = 0; i < IPV6_GROUPS; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
