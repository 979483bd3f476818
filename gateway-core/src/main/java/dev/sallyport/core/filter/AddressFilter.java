package dev.sallyport.core.filter;

import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.value.Network;
import dev.sallyport.core.admission.ConnectionFilter;
import dev.sallyport.core.admission.ConnectionFilterConfig;
import dev.sallyport.core.exchange.Exchange;
import dev.sallyport.core.exchange.Filter;
import dev.sallyport.core.exchange.FilterConfig;
import dev.sallyport.core.exchange.Verdict;
import dev.sallyport.core.rebuild.Answer;
import dev.sallyport.core.rebuild.ClientAddress;
import java.util.Arrays;
import java.util.List;

/**
 * Lets clients in by their address. The narrowest network that holds the address decides, as in a
 * routing table; a network that stands in both lists denies.
 */
final class AddressFilter implements Filter, ConnectionFilter {
    /** Settings. */
    @Named("address")
    @Doc(
            "Lets clients in by their address, or answers 403; of TCP and UDP routes, closes or"
                    + " drops. The narrowest network that holds"
                    + " the address decides; a network in both lists denies. Behind"
                    + " trusted-proxies the address is the client's, not the proxy's.")
    record Config(
            @Doc("Who may come in. When any is given, nobody else may.")
                    @Example("[10.0.0.0/8, \"fd00::/8\"]")
                    List<Network> allow,
            @Doc("Who may not.") @Example("[203.0.113.0/24]") List<Network> deny)
            implements FilterConfig, ConnectionFilterConfig {
        Config {
            allow = List.copyOf(allow);
            deny = List.copyOf(deny);
            if (allow.isEmpty() && deny.isEmpty()) {
                // An empty rule that lets everybody in is a slip, and an open door.
                throw new IllegalArgumentException(
                        "neither allow nor deny (expected: at least one network)");
            }
        }

        @Override
        public Filter create() {
            return new AddressFilter(allow, deny);
        }

        @Override
        public ConnectionFilter createForConnections() {
            return new AddressFilter(allow, deny);
        }
    }

    private static final Verdict FORBIDDEN = new Verdict.Respond(Answer.of(403, "address"));

    private final Networks v4;
    private final Networks v6;

    private AddressFilter(List<Network> allow, List<Network> deny) {
        v4 = new Networks(allow.isEmpty());
        v6 = new Networks(allow.isEmpty());
        for (Network network : allow) {
            (network.v4() ? v4 : v6).add(network, true);
        }
        for (Network network : deny) {
            (network.v4() ? v4 : v6).add(network, false);
        }
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        return admits(exchange.client()) ? Verdict.CONTINUE : FORBIDDEN;
    }

    @Override
    public boolean admits(ClientAddress client) {
        byte[] address = client.raw();
        return (address.length == 4 ? v4 : v6).permits(address);
    }

    /** A binary trie of the networks of one family: one step for each leading bit. */
    private static final class Networks {
        private static final byte UNSAID = 0;
        private static final byte PERMITTED = 1;
        private static final byte DENIED = 2;

        // Node n continues at 2n for a zero bit and at 2n + 1 for a one; 0 is the root and no end.
        private int[] next = new int[32];
        private byte[] says = new byte[16];
        private int nodes = 1;
        private final boolean otherwise;

        Networks(boolean otherwise) {
            this.otherwise = otherwise;
        }

        /** Adds a network over what is there: the last one added with the same bits counts. */
        void add(Network network, boolean permit) {
            int node = 0;
            for (int i = 0; i < network.prefix(); i++) {
                int link = 2 * node + bit(network, i);
                if (next[link] == 0) {
                    if (nodes == says.length) {
                        says = Arrays.copyOf(says, nodes * 2);
                        next = Arrays.copyOf(next, nodes * 4);
                    }
                    next[link] = nodes++;
                }
                node = next[link];
            }
            says[node] = permit ? PERMITTED : DENIED;
        }

        boolean permits(byte[] address) {
            byte said = says[0];
            int node = 0;
            for (int i = 0; i < address.length * 8; i++) {
                node = next[2 * node + (address[i >> 3] >> (7 - (i & 7)) & 1)];
                if (node == 0) {
                    break;
                }
                if (says[node] != UNSAID) {
                    said = says[node];
                }
            }
            return said == UNSAID ? otherwise : said == PERMITTED;
        }

        private static int bit(Network network, int i) {
            long bits =
                    network.v4() ? network.low() << 32 : i < 64 ? network.high() : network.low();
            return (int) (bits >>> (63 - (i & 63))) & 1;
        }
    }
}
