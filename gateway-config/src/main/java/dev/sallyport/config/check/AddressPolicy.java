package dev.sallyport.config.check;

import dev.sallyport.config.model.value.Network;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses endpoints may have, written or found by DNS. Addresses that no server of a site
 * has and that attackers of resolvers like, such as the metadata services of clouds, are refused,
 * also in the IPv6 forms that carry an IPv4 address, unless the operator lists them themselves: a
 * wide network does not let them in.
 */
public final class AddressPolicy {
    private static final List<Network> SPECIAL =
            networks(
                    "0.0.0.0/8", // RFC 1122 3.2.1.3: this host
                    "169.254.0.0/16", // RFC 3927: link-local
                    "224.0.0.0/4", // RFC 5771: multicast
                    "240.0.0.0/4", // RFC 1112 4: reserved, and broadcast
                    "::/128",
                    "fe80::/10",
                    "fec0::/10",
                    "ff00::/8",
                    // metadata services over IPv6
                    "fd00:ec2::254",
                    "fd20:ce::254");

    private static final Network NAT64 = Network.parse("64:ff9b::/96");
    private static final Network SIX_TO_FOUR = Network.parse("2002::/16");
    private static final Network COMPATIBLE = Network.parse("::/96");
    private static final Network LOOPBACK = Network.parse("::1");

    private final List<Network> allowed;

    private AddressPolicy(List<Network> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    /** The policy of an upstream's {@code allowed-networks}; empty: all but the special ones. */
    public static AddressPolicy of(List<Network> allowed) {
        return new AddressPolicy(allowed);
    }

    /** Whether an endpoint may be at an address of 4 or 16 bytes. */
    public boolean allows(byte[] address) {
        return refusal(address) == null;
    }

    /** Why an address may not be used; null when it may. */
    public @Nullable String refusal(InetAddress address) {
        return refusal(address.getAddress());
    }

    private @Nullable String refusal(byte[] address) {
        if (!allowed.isEmpty() && !isIn(allowed, address)) {
            return "not in allowed-networks";
        }
        return isSpecial(address) && !isListed(address) ? "special address" : null;
    }

    private boolean isListed(byte[] address) {
        for (var network : allowed) {
            if (network.contains(address) && liesInSpecial(network)) {
                return true;
            }
        }
        return false;
    }

    private static boolean liesInSpecial(Network network) {
        for (var special : SPECIAL) {
            if (special.contains(network)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSpecial(byte[] address) {
        var carried = carried(address);
        return isIn(SPECIAL, address) || (carried != null && isIn(SPECIAL, carried));
    }

    /**
     * The IPv4 address that a translator or tunnel finds in an IPv6 one: NAT64 (RFC 6052), 6to4
     * (RFC 3056), or the old compatible form. Mapped ones are IPv4 for {@link Network} already.
     */
    private static byte @Nullable [] carried(byte[] address) {
        if (address.length == 4) {
            return null;
        }
        if (SIX_TO_FOUR.contains(address)) {
            return Arrays.copyOfRange(address, 2, 6);
        }
        boolean isCompatible = COMPATIBLE.contains(address) && !LOOPBACK.contains(address);
        return isCompatible || NAT64.contains(address) ? Arrays.copyOfRange(address, 12, 16) : null;
    }

    private static boolean isIn(List<Network> networks, byte[] address) {
        for (var network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private static List<Network> networks(String... texts) {
        return Arrays.stream(texts).map(Network::parse).toList();
    }
}
