package dev.sallyport.config.check;

import dev.sallyport.config.model.value.IpAddress;
import dev.sallyport.config.model.value.Network;
import java.util.Arrays;
import java.util.List;

/**
 * Which addresses endpoints may have. Without allowed networks: all but those that no server of a
 * site has and that attackers of resolvers like, such as the metadata services of clouds. With
 * them: those alone, which may then include the former.
 */
public final class AddressPolicy {
    private static final List<Network> NEVER =
            List.of(
                    Network.parse("0.0.0.0/8"),
                    Network.parse("169.254.0.0/16"),
                    Network.parse("224.0.0.0/4"),
                    Network.parse("240.0.0.0/4"),
                    Network.parse("::/128"),
                    Network.parse("fe80::/10"),
                    Network.parse("fec0::/10"),
                    Network.parse("ff00::/8"),
                    // metadata services over IPv6
                    Network.parse("fd00:ec2::254"),
                    Network.parse("fd20:ce::254"));

    /** IPv6 that translators turn into the IPv4 address of its last four bytes (RFC 6052). */
    private static final Network TRANSLATED = Network.parse("64:ff9b::/96");

    private final List<Network> allowed;

    private AddressPolicy(List<Network> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    /** The policy of an upstream's {@code allowed-networks}. */
    public static AddressPolicy of(List<Network> allowed) {
        return new AddressPolicy(allowed);
    }

    /** Whether an endpoint may be at an address of 4 or 16 bytes. */
    public boolean allows(byte[] address) {
        if (!allowed.isEmpty()) {
            return isIn(allowed, address);
        }
        var plain = IpAddress.normalise(address);
        if (TRANSLATED.contains(plain)) {
            return !isIn(NEVER, Arrays.copyOfRange(plain, 12, 16));
        }
        return !isIn(NEVER, plain);
    }

    private static boolean isIn(List<Network> networks, byte[] address) {
        for (var network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
