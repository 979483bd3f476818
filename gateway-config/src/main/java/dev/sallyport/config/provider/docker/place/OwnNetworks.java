package dev.sallyport.config.provider.docker.place;

import dev.sallyport.config.model.value.IpAddress;
import dev.sallyport.config.model.value.Network;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The networks this process is attached to, by what its own interfaces say: the only containers it
 * can reach without asking anybody for the way.
 */
public record OwnNetworks(List<Network> connected) {
    public OwnNetworks {
        connected = List.copyOf(connected);
    }

    /** Those of the moment. */
    public static OwnNetworks now() {
        var found = new ArrayList<Network>();
        try {
            for (var each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (each.isLoopback() || !each.isUp()) {
                    continue;
                }
                for (var own : each.getInterfaceAddresses()) {
                    var address = own.getAddress();
                    if (!address.isLinkLocalAddress()) {
                        found.add(network(address.getAddress(), own.getNetworkPrefixLength()));
                    }
                }
            }
        } catch (SocketException _) {
            // None are known: nothing is reached, and that is told for each container.
        }
        found.sort(java.util.Comparator.comparing(Network::toString));
        return new OwnNetworks(found);
    }

    private static Network network(byte[] address, int prefix) {
        var masked = address.clone();
        for (int bit = prefix; bit < masked.length * 8; bit++) {
            masked[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        return Network.parse(IpAddress.format(masked) + "/" + prefix);
    }

    public boolean reaches(String literal) {
        var address = IpAddress.find(literal);
        if (address == null) {
            return false;
        }
        for (var network : connected) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return connected.isEmpty()
                ? "none"
                : String.join(", ", connected.stream().map(Network::toString).toList());
    }
}
