package dev.sallyport.config.model.value;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An address to listen on: {@code :443} (every address of both families), {@code 127.0.0.1:80},
 * {@code [::1]:80}; port 0 lets the system choose.
 *
 * @param host an address literal without brackets, or null for every address of both families
 */
@Written(as = "address", pattern = "^.*:[0-9]{1,5}$")
public record Address(@Nullable String host, int port) {
    private static final String EXPECTED = "an address such as :443, 127.0.0.1:80 or [::1]:80";

    public Address {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0..65535)");
        }
    }

    public static Address parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new InvalidValue(text, EXPECTED, findPort(text) < 0 ? null : ":" + text);
        }
        int port = findPort(text.substring(colon + 1));
        if (port < 0) {
            throw new InvalidValue(text, EXPECTED);
        }
        var host = text.substring(0, colon);
        if (host.isEmpty()) {
            return new Address(null, port);
        }
        boolean brackets = host.startsWith("[") && host.endsWith("]");
        var bytes = IpAddress.find(brackets ? host.substring(1, host.length() - 1) : host);
        if (host.equals("localhost") || host.equals("*")) {
            throw new InvalidValue(
                    text, EXPECTED, (host.equals("*") ? "" : "127.0.0.1") + ":" + port);
        }
        if (bytes == null || brackets != (host.indexOf(':') >= 0)) {
            throw new InvalidValue(text, EXPECTED);
        }
        return new Address(IpAddress.format(bytes), port);
    }

    /** Whether only this machine can reach it. */
    public boolean isLoopback() {
        return host != null && toSocketAddress().getAddress().isLoopbackAddress();
    }

    /** The address to bind; for both families the IPv6 wildcard's sockets must not be IPv6 only. */
    public InetSocketAddress toSocketAddress() {
        var literal = host == null ? null : IpAddress.find(host);
        return literal == null
                ? new InetSocketAddress(port)
                : new InetSocketAddress(IpAddress.toInetAddress(literal), port);
    }

    @Override
    public String toString() {
        if (host == null) {
            return ":" + port;
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** The port of a text of 1 to 5 digits without leading zeros, or -1. */
    static int findPort(String text) {
        if (!text.matches("0|[1-9][0-9]{0,4}")) {
            return -1;
        }
        int port = Integer.parseInt(text);
        return port <= 65_535 ? port : -1;
    }
}
