package dev.sallyport.config.model.value;

import dev.sallyport.config.model.name.InternationalName;
import java.nio.file.Path;

/**
 * Where an endpoint listens: {@code host:port}, {@code http://host[:port]}, {@code
 * https://host[:port]} or {@code unix:/path}; {@code tcp://host:port} and {@code tls://host:port}
 * are other spellings. Hosts are names or literals (IPv6 without brackets).
 */
@Written(as = "endpoint address", pattern = "^(https?://.+|unix:/.+|.+:[0-9]{1,5})$")
public sealed interface EndpointAddress {
    /** Plain HTTP over TCP. */
    record Tcp(String host, int port) implements EndpointAddress {
        @Override
        public String toString() {
            return authority(host, port);
        }
    }

    /** HTTP over TLS. */
    record Tls(String host, int port) implements EndpointAddress {
        @Override
        public String toString() {
            return "https://" + authority(host, port);
        }
    }

    /** Plain HTTP over a unix socket. */
    record Unix(Path path) implements EndpointAddress {
        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /**
     * A container, found by a provider; nobody writes it. It is one container on one network at one
     * time: another that gets its address is another endpoint.
     *
     * @param name for people, and as the name to ask for by TLS
     * @param host the literal of its address
     * @param identity what no other endpoint has, ever
     */
    record Container(String name, String host, int port, boolean isTls, String identity)
            implements EndpointAddress {
        @Override
        public String toString() {
            return (isTls ? "https://" : "") + name + "/" + authority(host, port);
        }
    }

    /** Whether requests are sent there over TLS. */
    static boolean isTls(EndpointAddress address) {
        return switch (address) {
            case Tls _ -> true;
            case Container container -> container.isTls;
            case Tcp _, Unix _ -> false;
        };
    }

    static EndpointAddress parse(String text) {
        if (text.startsWith("unix:")) {
            var path = text.substring("unix:".length());
            // sun_path holds 108 bytes with its closing NUL
            if (!path.startsWith("/") || path.length() > 107) {
                throw new InvalidValue(text, "unix: and an absolute path of at most 107 bytes");
            }
            return new Unix(Path.of(path));
        }
        if (text.startsWith("https://")) {
            return tls(text, text.substring("https://".length()));
        }
        if (text.startsWith("tcp://") || text.startsWith("tls://")) {
            return bytes(text, text.substring("tcp://".length()));
        }
        boolean scheme = text.startsWith("http://");
        var rest = scheme ? text.substring("http://".length()) : text;
        int colon = portColon(text, rest);
        if (colon < 0 && !scheme) {
            throw new InvalidValue(
                    text,
                    "an endpoint address such as app:8080, http://app, https://app or unix:/path");
        }
        return new Tcp(
                host(text, colon < 0 ? rest : rest.substring(0, colon)),
                port(text, rest, colon, 80));
    }

    /** Other spellings, for protocols that have no port of their own. */
    private static EndpointAddress bytes(String text, String rest) {
        int colon = portColon(text, rest);
        if (colon < 0) {
            throw new InvalidValue(text, "a port, as in " + text + ":5432");
        }
        var host = host(text, rest.substring(0, colon));
        int port = port(text, rest, colon, 0);
        return text.startsWith("tls") ? new Tls(host, port) : new Tcp(host, port);
    }

    private static EndpointAddress tls(String text, String rest) {
        int colon = portColon(text, rest);
        return new Tls(
                host(text, colon < 0 ? rest : rest.substring(0, colon)),
                port(text, rest, colon, 443));
    }

    private static int portColon(String text, String rest) {
        if (rest.contains("://")) {
            throw new InvalidValue(text, "http://, https://, tcp://, tls:// or unix:");
        }
        if (rest.indexOf('/') >= 0 || rest.indexOf('?') >= 0 || rest.indexOf('#') >= 0) {
            throw new InvalidValue(text, "an endpoint address without a path");
        }
        if (rest.indexOf('@') >= 0) {
            throw new InvalidValue("***", "an endpoint address without user and password");
        }
        int colon = rest.lastIndexOf(':');
        return colon > rest.lastIndexOf(']') ? colon : -1;
    }

    private static int port(String text, String rest, int colon, int otherwise) {
        int port = colon < 0 ? otherwise : Address.findPort(rest.substring(colon + 1));
        if (port < 1) {
            throw new InvalidValue(text, "a port of 1..65535");
        }
        return port;
    }

    private static String host(String text, String host) {
        boolean brackets = host.startsWith("[") && host.endsWith("]");
        var literal = IpAddress.find(brackets ? host.substring(1, host.length() - 1) : host);
        if (literal != null && brackets == host.indexOf(':') >= 0) {
            return IpAddress.format(literal);
        }
        // Underscores are common in names of containers, which no public name has.
        var plain = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        try {
            var name = InternationalName.toAscii(plain);
            if (name.length() <= 253
                    && name.matches(
                            "([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
                    && !name.matches("([0-9]+|.*\\.[0-9]+)")) {
                return name;
            }
        } catch (IllegalArgumentException _) {
            // falls to the same answer as other bad names
        }
        throw new InvalidValue(text, "a host name or address, IPv6 in brackets");
    }

    private static String authority(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
