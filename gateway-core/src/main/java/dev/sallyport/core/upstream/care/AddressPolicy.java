package dev.sallyport.core.upstream.care;

import dev.sallyport.config.model.value.Network;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses the answers of DNS may point at. Link-local addresses, where clouds keep their
 * metadata, and those that mean no single host are refused, also in the IPv6 forms that carry an
 * IPv4 address, unless the operator lists them themselves: a wide network does not let them in.
 */
final class AddressPolicy {
    private static final List<Network> SPECIAL =
            networks(
                    "0.0.0.0/8", // RFC 1122 3.2.1.3: this host
                    "169.254.0.0/16", // RFC 3927: link-local
                    "224.0.0.0/4", // RFC 5771: multicast
                    "255.255.255.255/32",
                    "::/128",
                    "fe80::/10",
                    "ff00::/8");

    private final List<Network> allowed;

    /** A policy that allows these networks only; all but the special ones when there are none. */
    AddressPolicy(List<Network> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    /** Why an address may not be used; null when it may. */
    @Nullable String refusal(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (isAllowed(bytes)) {
            return isSpecial(bytes) && !isListed(bytes) ? "special address" : null;
        }
        return "not in allowed-networks";
    }

    private boolean isAllowed(byte[] address) {
        return allowed.isEmpty() || contains(allowed, address);
    }

    private boolean isListed(byte[] address) {
        for (Network network : allowed) {
            if (network.contains(address)
                    && SPECIAL.stream().anyMatch(special -> special.contains(network))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSpecial(byte[] address) {
        byte[] carried = carried(address);
        return contains(SPECIAL, address) || (carried != null && contains(SPECIAL, carried));
    }

    private static boolean contains(List<Network> networks, byte[] address) {
        for (Network network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The IPv4 address that a translator or tunnel finds in an IPv6 one: NAT64 (RFC 6052), 6to4
     * (RFC 3056), or the old compatible form. Mapped ones are IPv4 for {@link Network} already.
     */
    private static byte @Nullable [] carried(byte[] address) {
        if (address.length != 16) {
            return null;
        }
        if (address[0] == 0x20 && address[1] == 0x02) {
            return Arrays.copyOfRange(address, 2, 6);
        }
        boolean isNat64 =
                address[0] == 0
                        && address[1] == 0x64
                        && address[2] == (byte) 0xff
                        && address[3] == (byte) 0x9b
                        && isZero(address, 4, 12);
        boolean isCompatible = isZero(address, 0, 12) && !isZero(address, 12, 14);
        return isNat64 || isCompatible ? Arrays.copyOfRange(address, 12, 16) : null;
    }

    private static boolean isZero(byte[] address, int from, int to) {
        for (int i = from; i < to; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static List<Network> networks(String... texts) {
        return Arrays.stream(texts).map(Network::parse).toList();
    }
}
