package dev.sallyport.config.model;

import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Range;
import dev.sallyport.config.model.value.Address;
import dev.sallyport.config.model.value.InvalidValue;
import dev.sallyport.config.model.value.IpAddress;
import dev.sallyport.config.model.value.Written;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** How names of endpoints are resolved. */
public record Dns(
        @Doc("Addresses of the servers to ask, with a port unless it is 53; empty: the system's.")
                @Example("[9.9.9.9, \"127.0.0.1:5353\"]")
                List<Server> servers,
        @Doc("Time for one question to one server.") @Default("2s") @Range(min = "10ms", max = "1m")
                Duration timeout,
        @Doc("Shortest time an answer is kept, whatever its own.")
                @Default("5s")
                @Range(min = "1s", max = "1d")
                Duration minTtl,
        @Doc("Longest time an answer is kept.") @Default("5m") @Range(min = "1s", max = "1d")
                Duration maxTtl) {
    public Dns {
        servers = List.copyOf(servers);
        if (minTtl.compareTo(maxTtl) > 0) {
            throw new IllegalArgumentException("min-ttl above max-ttl (expected: at most max-ttl)");
        }
    }

    /** One server to ask: an address literal and a port. */
    @Written(as = "address with an optional port")
    public record Server(String host, int port) {
        private static final int PORT = 53;

        public static Server parse(String text) {
            var literal = IpAddress.find(text);
            if (literal != null) {
                return new Server(IpAddress.format(literal), PORT);
            }
            try {
                var address = Address.parse(text);
                if (address.host() != null && address.port() > 0) {
                    return new Server(address.host(), address.port());
                }
            } catch (InvalidValue _) {
                // the expectation of a server is another one
            }
            throw new InvalidValue(text, "an address such as 9.9.9.9, 127.0.0.1:5353 or [::1]:53");
        }

        public InetSocketAddress toSocketAddress() {
            return new Address(host, port).toSocketAddress();
        }

        @Override
        public String toString() {
            return port == PORT ? host : new Address(host, port).toString();
        }
    }
}
