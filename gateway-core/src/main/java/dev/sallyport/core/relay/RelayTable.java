package dev.sallyport.core.relay;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All TCP and UDP routes of one configuration, by the name of their listener.
 *
 * @param tcp absent for listeners without TCP routes
 */
public record RelayTable(Map<String, TcpClaims> tcp, Map<String, UdpRoute> udp) {
    /** No route at all. */
    public static final RelayTable NONE = new RelayTable(Map.of(), Map.of());

    public RelayTable {
        tcp = Map.copyOf(tcp);
        udp = Map.copyOf(udp);
    }

    public @Nullable TcpClaims findTcp(String listener) {
        return tcp.get(listener);
    }

    public @Nullable UdpRoute findUdp(String listener) {
        return udp.get(listener);
    }
}
