package dev.sallyport.core.rebuild;

import dev.sallyport.config.model.value.Network;
import java.util.List;

/** Proxies in front of the edge, whose word about the client behind them is believed. */
public record TrustedProxies(List<Network> networks) {
    public TrustedProxies {
        networks = List.copyOf(networks);
    }

    /** Whether forwarding fields from {@code address} are believed. */
    public boolean contains(ClientAddress address) {
        for (int i = 0; i < networks.size(); i++) {
            if (networks.get(i).contains(address.raw())) {
                return true;
            }
        }
        return false;
    }
}
