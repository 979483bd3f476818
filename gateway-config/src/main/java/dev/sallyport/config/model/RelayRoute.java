package dev.sallyport.config.model;

import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Key;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.setting.Range;
import dev.sallyport.config.model.value.DataSize;
import dev.sallyport.config.model.value.HostPattern;
import dev.sallyport.config.model.value.InvalidValue;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which bytes are meant that are no requests, the filters they pass, and where they go. */
public sealed interface RelayRoute {
    String name();

    /** Names of listeners; what an empty list means is up to the kind. */
    List<String> listeners();

    List<FilterSettings> filters();

    /** Name of an upstream, or the address of a single endpoint. */
    String upstream();

    /** Where such routes are written. */
    String section();

    /** The section of TCP routes. */
    String TCP = "tcp-routes";

    /** The section of UDP routes. */
    String UDP = "udp-routes";

    /** A route for connections. */
    record Tcp(
            @Key String name,
            @Doc(
                            "Names of the listeners it is for. Absent: with sni or alpn, all"
                                    + " listeners that speak TLS.")
                    @Example("[postgres]")
                    List<String> listeners,
            @Doc(
                            "Server names that clients ask for in their TLS hello, exact or with"
                                    + " one wildcard label. Absent: any, and none.")
                    @Example("[db.example.com, \"*.db.example.com\"]")
                    List<HostPattern> sni,
            @Doc("Protocols (ALPN) of which the client must offer one. Absent: any, and" + " none.")
                    @Example("[postgresql]")
                    List<String> alpn,
            @Doc("Who answers the TLS hello, on listeners with tls.") @Default("terminate") Tls tls,
            @Doc(
                            "Steps a connection passes in order: each the name of one under filters,"
                                    + " or one filter with its settings. Those for connections are"
                                    + " address and rate-limit.")
                    @Example("[internal-only, {rate-limit: {rate: 10/s}}]")
                    List<FilterSettings> filters,
            @Doc("Name of an upstream, or the address of a single endpoint.")
                    @Example("\"10.0.0.5:5432\"")
                    @Named("forward")
                    String upstream,
            @Doc("How many other endpoints are tried when one cannot be connected to.")
                    @Default("1")
                    @Range(min = "0", max = "10")
                    int retry,
            @Doc("Most open connections of this route; absent: limits.connections alone.")
                    @Example("200")
                    @Range(min = "1", max = "10000000")
                    @Nullable Integer maxConnections,
            @Doc(
                            "Most open connections of one IPv4 address, or of one IPv6 /64; absent:"
                                    + " limits.connections-per-client alone.")
                    @Example("20")
                    @Range(min = "1", max = "10000000")
                    @Nullable Integer maxConnectionsPerClient,
            @Doc(
                            "How long a connection may idle; absent: limits.tunnel-idle-timeout. Of"
                                    + " one that is half closed, at most a minute.")
                    @Example("12h")
                    @Range(min = "1ms", max = "30d")
                    @Nullable Duration idleTimeout)
            implements RelayRoute {
        // RFC 7301 3.1: at most 255 bytes; names in use are printable.
        private static final String PROTOCOL = "[!-~]{1,255}";

        public Tcp {
            listeners = List.copyOf(listeners);
            sni = List.copyOf(sni);
            alpn = List.copyOf(alpn);
            filters = List.copyOf(filters);
            for (var protocol : alpn) {
                if (!protocol.matches(PROTOCOL)) {
                    throw new InvalidValue(protocol, "a protocol such as postgresql or h2");
                }
            }
            for (var asked : sni) {
                if (asked.kind() == HostPattern.Kind.ADDRESS) {
                    // RFC 6066 3: literal addresses are not permitted there.
                    throw new InvalidValue(asked.toString(), "a name; clients send no addresses");
                }
            }
            if (listeners.isEmpty() && sni.isEmpty() && alpn.isEmpty()) {
                throw new IllegalArgumentException(
                        "neither listeners nor sni nor alpn (expected: at least one, or it would"
                                + " mean every connection)");
            }
        }

        @Override
        public String section() {
            return TCP;
        }

        /** Who answers the hello. */
        public enum Tls {
            @Doc("The edge, by its certificates; the endpoint sees plain bytes, or TLS anew.")
            TERMINATE,
            @Doc("The endpoint, by its own; the edge reads the hello and changes nothing.")
            PASSTHROUGH
        }
    }

    /** A route for datagrams. */
    record Udp(
            @Key String name,
            @Doc("Names of the listeners it is for, each with kind: udp.") @Example("[dns]")
                    List<String> listeners,
            @Doc(
                            "Steps a new session passes in order: each the name of one under"
                                    + " filters, or one filter with its settings. Those for sessions"
                                    + " are address and rate-limit.")
                    @Example("[internal-only, {rate-limit: {rate: 10/s}}]")
                    List<FilterSettings> filters,
            @Doc("Name of an upstream, or the address of a single endpoint.")
                    @Example("\"10.0.0.5:53\"")
                    @Named("forward")
                    String upstream,
            @Doc(
                            "Most sessions, each the datagrams of one client address and port, with"
                                    + " a socket of its own; beyond: dropped and counted.")
                    @Default("4096")
                    @Range(min = "1", max = "1000000")
                    int maxSessions,
            @Doc("Most sessions of one IPv4 address, or of one IPv6 /64.")
                    @Default("256")
                    @Range(min = "1", max = "1000000")
                    int maxSessionsPerClient,
            @Doc(
                            "How long a session lives without a datagram; one that was never"
                                    + " answered, at most 10 s.")
                    @Default("1m")
                    @Range(min = "1ms", max = "1d")
                    Duration idleTimeout,
            @Doc("Largest datagram, either way; larger ones are dropped and counted.")
                    @Default("8KiB")
                    @Range(min = "64B", max = "65507B")
                    DataSize maxDatagram)
            implements RelayRoute {
        public Udp {
            listeners = List.copyOf(listeners);
            filters = List.copyOf(filters);
            if (listeners.isEmpty()) {
                throw new IllegalArgumentException("no listeners (expected: at least one)");
            }
        }

        @Override
        public String section() {
            return UDP;
        }
    }
}
