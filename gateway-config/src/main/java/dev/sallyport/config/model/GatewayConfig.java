package dev.sallyport.config.model;

import dev.sallyport.config.model.certificate.AdminTls;
import dev.sallyport.config.model.discovery.Providers;
import dev.sallyport.config.model.observe.AccessLog;
import dev.sallyport.config.model.observe.Tracing;
import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.value.Address;
import dev.sallyport.config.model.value.Network;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything an operator asked for, defaults filled in. The order of declaration is kept. */
public record GatewayConfig(
        @Doc(
                        "Addresses to listen on, by name. Without any: plain HTTP on port 80 that"
                                + " redirects to HTTPS, and HTTPS on port 443.")
                @Default(
                        "{web: {address: ':80', redirect-to-https: true}, secure: {address: ':443',"
                                + " tls: {}}}")
                List<Listener> listeners,
        @Doc(
                        "Certificates by name; which host names each serves is read from the"
                                + " certificate. Local hosts of routes (localhost, *.localhost, *.test,"
                                + " *.internal, loopback addresses) get one from the internal authority"
                                + " without being listed.")
                List<CertificateSettings> certificates,
        @Doc(
                        "Certificates obtained and renewed by the edge itself: for each host of a"
                                + " route that is not local and has none under certificates. Absent:"
                                + " none; {} is enough for Let's Encrypt.")
                @Example("{email: ops@example.com}")
                @Nullable Acme acme,
        @Doc(
                        "What is done with which requests, by name. The most specific match wins,"
                                + " whatever the order.")
                List<Route> routes,
        @Doc(
                        "What is done with which connections that are no requests, by name. On a"
                                + " listener with tls the most specific server name wins, be it of"
                                + " a route or of a TCP route.")
                List<RelayRoute.Tcp> tcpRoutes,
        @Doc("What is done with datagrams, by name.") List<RelayRoute.Udp> udpRoutes,
        @Doc("Named groups of endpoints that routes forward to.") List<Upstream> upstreams,
        @Doc("Filters by name, for routes to list by that name.")
                @Example("{internal-only: {address: {allow: [10.0.0.0/8]}}}")
                Map<String, FilterSettings> filters,
        @Doc(
                        "Networks of proxies in front of this one, whose X-Forwarded-* and"
                                + " Forwarded fields are believed. From all others they are"
                                + " replaced.")
                @Example("[10.0.0.0/8, \"fd00::/8\"]")
                List<Network> trustedProxies,
        @Doc("Bounds on what clients and servers may send, and for how long.") @Default("{}")
                Limits limits,
        @Doc("Where routes come from beside this file.") @Default("{}") Providers providers,
        @Doc("How names of endpoints are resolved.") @Default("{}") Dns dns,
        @Doc("One line for each request.") @Default("{}") AccessLog accessLog,
        @Doc(
                        "Spans sent to an OpenTelemetry collector. Absent: none; trace context is"
                                + " passed on all the same.")
                @Nullable Tracing tracing,
        @Doc("The door for the operator: status, metrics, reload.") @Default("{}") Admin admin,
        @Doc("What is kept on disk.") @Default("{}") Storage storage,
        @Doc("How the process uses the machine.") @Default("{}") RuntimeSettings runtime) {

    public GatewayConfig {
        listeners = List.copyOf(listeners);
        certificates = List.copyOf(certificates);
        routes = List.copyOf(routes);
        tcpRoutes = List.copyOf(tcpRoutes);
        udpRoutes = List.copyOf(udpRoutes);
        upstreams = List.copyOf(upstreams);
        filters = Collections.unmodifiableMap(new LinkedHashMap<>(filters));
        trustedProxies = List.copyOf(trustedProxies);
    }

    public @Nullable Upstream findUpstream(String name) {
        for (var upstream : upstreams) {
            if (upstream.name().equals(name)) {
                return upstream;
            }
        }
        return null;
    }

    /** TCP routes, then UDP routes. */
    public List<RelayRoute> relayRoutes() {
        var all = new ArrayList<RelayRoute>(tcpRoutes);
        all.addAll(udpRoutes);
        return all;
    }

    /** The same with other upstreams. */
    public GatewayConfig withUpstreams(List<Upstream> others) {
        return with(routes, others);
    }

    /** The same with other routes and upstreams. */
    public GatewayConfig with(List<Route> otherRoutes, List<Upstream> otherUpstreams) {
        return new GatewayConfig(
                listeners,
                certificates,
                acme,
                otherRoutes,
                tcpRoutes,
                udpRoutes,
                otherUpstreams,
                filters,
                trustedProxies,
                limits,
                providers,
                dns,
                accessLog,
                tracing,
                admin,
                storage,
                runtime);
    }

    /** The door for the operator. */
    public record Admin(
            @Doc(
                            "Unix socket of the admin interface, for its owner only. Absent:"
                                    + " sallyport/admin.sock under $XDG_RUNTIME_DIR or /run.")
                    @Example("/run/sallyport/admin.sock")
                    @Nullable Path socket,
            @Doc(
                            "Address of the admin interface for scrapers of metrics: one of"
                                    + " loopback, or any with tls.client-certificates. Absent:"
                                    + " none.")
                    @Example("127.0.0.1:9901")
                    @Nullable Address address,
            @Doc("TLS at that address. Absent: plain HTTP, on loopback alone.")
                    @Nullable AdminTls tls) {
        public Admin {
            if (tls != null && address == null) {
                throw new IllegalArgumentException(
                        "tls without address (expected: the address to speak it at; the socket is"
                                + " its owner's alone)");
            }
        }

        /** Whether whoever asks at the address must show a certificate. */
        public boolean asksClients() {
            return tls != null && tls.clientCertificates() != null;
        }
    }

    /** What is kept on disk. */
    public record Storage(
            @Doc(
                            "Folder for state at rest, such as the internal authority. Absent:"
                                    + " sallyport under $XDG_STATE_HOME, or /var/lib/sallyport.")
                    @Example("/var/lib/sallyport")
                    @Nullable Path folder) {}
}
