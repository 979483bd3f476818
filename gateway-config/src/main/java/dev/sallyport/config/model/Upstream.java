package dev.sallyport.config.model;

import dev.sallyport.config.model.certificate.PairOfFiles;
import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Key;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.setting.Range;
import dev.sallyport.config.model.setting.Shorthand;
import dev.sallyport.config.model.value.EndpointAddress;
import dev.sallyport.config.model.value.HostPattern;
import dev.sallyport.config.model.value.InvalidValue;
import dev.sallyport.config.model.value.Network;
import dev.sallyport.config.model.value.StatusRange;
import dev.sallyport.config.model.value.Written;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A named group of endpoints that serve the same. */
public record Upstream(
        @Key String name,
        @Doc(
                        "Where requests go: host:port, http://host, https://host or unix:/path,"
                                + " each alone or with a weight; for tcp-routes also"
                                + " tcp://host:port and tls://host:port. Names are resolved by DNS.")
                @Example("[\"127.0.0.1:9000\", {address: \"app:8080\", weight: 3}]")
                @Shorthand
                List<Endpoint> endpoints,
        @Doc("What the endpoints speak.") @Default("auto") Protocol protocol,
        @Doc("How an endpoint is picked.") @Default("round-robin") Balance balance,
        @Doc(
                        "Networks that answers of DNS may point at; empty: all but link-local,"
                                + " multicast, unspecified and broadcast addresses, which must be"
                                + " listed to be used.")
                @Example("[10.0.0.0/8]")
                List<Network> allowedNetworks,
        @Doc("How long connecting, with TLS, may take.")
                @Default("5s")
                @Range(min = "1ms", max = "5m")
                Duration connectTimeout,
        @Doc("Most connections to one endpoint.")
                @Default("1024")
                @Range(min = "1", max = "1000000")
                int maxConnections,
        @Doc(
                        "Most unused connections kept open to one endpoint by one event loop, beyond"
                                + " as many as were busy at once a moment ago; 0: none.")
                @Default("64")
                @Range(min = "0", max = "100000")
                int idleConnections,
        @Doc("How long an unused connection is kept; less than the server keeps it.")
                @Default("55s")
                @Range(min = "1ms", max = "1d")
                Duration idleTimeout,
        @Doc("How https endpoints are verified.") @Default("{}") Tls tls,
        @Doc("Active health checks. Absent: only failures of real requests count.")
                @Example("{path: /healthz}")
                @Nullable Health health,
        @Doc("When an endpoint is left out after failures of real requests.") @Default("{}")
                Ejection ejection,
        @Doc(
                        "How long a request waits for an endpoint while there is none to send it"
                                + " to, as during a restart; then, and beyond 1024 that wait, 503.")
                @Default("0s")
                @Range(min = "0s", max = "5m")
                Duration hold,
        @Doc(
                        "Begin each connection with a PROXY header that names the client. Requests"
                                + " then get a connection each.")
                @Example("v2")
                @Nullable ProxyVersion proxyProtocol) {

    public Upstream {
        endpoints = List.copyOf(endpoints);
        allowedNetworks = List.copyOf(allowedNetworks);
        if (endpoints.isEmpty() && !isFound(name)) {
            throw new IllegalArgumentException("no endpoints (expected: at least one)");
        }
    }

    /**
     * Whether a provider found what has this name, such as {@code shop/web@docker}: its endpoints
     * come and go, and may all be away.
     */
    public static boolean isFound(String name) {
        return name.indexOf('@') >= 0;
    }

    /** The same with other endpoints. */
    public Upstream withEndpoints(List<Endpoint> others) {
        return new Upstream(
                name,
                others,
                protocol,
                balance,
                allowedNetworks,
                connectTimeout,
                maxConnections,
                idleConnections,
                idleTimeout,
                tls,
                health,
                ejection,
                hold,
                proxyProtocol);
    }

    /** One address of an upstream. */
    public record Endpoint(
            @Doc("Where it listens.") @Example("\"app:8080\"") @Shorthand EndpointAddress address,
            @Doc("Its share of the requests, relative to the others.")
                    @Default("1")
                    @Range(min = "1", max = "1000")
                    int weight) {}

    /** What the endpoints of an upstream speak. */
    public enum Protocol {
        @Doc("HTTP/2 where an https endpoint offers it, else HTTP/1.1.")
        AUTO,
        @Doc("HTTP/1.1.")
        @Named("http/1.1")
        HTTP_1_1,
        @Doc("HTTP/2 over TLS, for https endpoints.")
        H2,
        @Doc("HTTP/2 in clear, from the first byte on; what most gRPC servers speak.")
        @Named("h2c")
        H2C
    }

    /** A version of the PROXY protocol. */
    public enum ProxyVersion {
        @Doc("One line of text.")
        V1,
        @Doc("Binary; also tells the server name, the protocol and the version of TLS.")
        V2
    }

    /** How an endpoint is picked. */
    public enum Balance {
        @Doc("In turn, by weight.")
        ROUND_ROBIN,
        @Doc("The one with the fewest requests in flight, by weight.")
        LEAST_REQUESTS
    }

    /** How https endpoints are verified. */
    public record Tls(
            @Doc("Name to ask for and to verify; absent: the host of the endpoint.")
                    @Example("app.internal")
                    @Nullable String serverName,
            @Doc(
                            "PEM file of the authorities to trust; absent: the system's. Read again"
                                    + " when it changes; one that is missing or broken closes the"
                                    + " routes to this upstream.")
                    @Example("ca.pem")
                    @Nullable Path caFile,
            @Doc(
                            "Verify the certificate. Turning it off lets anyone in between read and change"
                                    + " everything.")
                    @Default("true")
                    boolean verify,
            @Doc(
                            "Certificate of the edge, for endpoints that ask for one (mTLS)."
                                    + " Absent: none.")
                    @Example("{certificate-file: edge.pem, key-file: edge.key}")
                    @Nullable ClientCertificate clientCertificate) {}

    /** Who the edge is towards endpoints that ask: from a pair of files, or of the private CA. */
    public record ClientCertificate(
            @Doc(
                            "PEM file of the certificate and its chain, the leaf first. Read again"
                                    + " when it changes; one that is missing or broken at the start"
                                    + " closes the routes to this upstream.")
                    @Example("edge.pem")
                    @Nullable Path certificateFile,
            @Doc("PEM file of the private key.") @Example("edge.key") @Nullable Path keyFile,
            @Doc(
                            "Names of a certificate issued and renewed by the private authority"
                                    + " (sallyport pki): DNS names, addresses, URIs such as a"
                                    + " SPIFFE ID.")
                    @Example("[\"spiffe://example.org/edge\"]")
                    List<EdgeName> internal) {
        public ClientCertificate {
            internal = List.copyOf(internal);
            PairOfFiles.requireOrInternal(certificateFile, keyFile, internal);
        }
    }

    /** A name in a certificate of the edge; labels of containers cannot give one. */
    @Written(as = "DNS name, address or URI")
    public record EdgeName(String text) {
        public static EdgeName parse(String text) {
            if (!text.contains("://")) {
                return new EdgeName(HostPattern.parse(text).toString());
            }
            try {
                if (URI.create(text).getHost() != null) {
                    return new EdgeName(text);
                }
            } catch (IllegalArgumentException _) {
                // told below
            }
            throw new InvalidValue(text, "a URI with a host, such as spiffe://example.org/edge");
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** Active health checks. */
    public record Health(
            @Doc("Path asked for by GET.") @Default("/") @Shorthand String path,
            @Doc("Only connect, send nothing.") @Default("false") boolean tcp,
            @Doc("Ask by gRPC, as grpc.health.v1 has it, in place of GET.") @Default("false")
                    boolean grpc,
            @Doc("Time between two checks.") @Default("10s") @Range(min = "100ms", max = "1d")
                    Duration interval,
            @Doc("Time for one check.") @Default("2s") @Range(min = "1ms", max = "1h")
                    Duration timeout,
            @Doc("Good checks in a row that bring an endpoint back.")
                    @Default("2")
                    @Range(min = "1", max = "100")
                    int healthy,
            @Doc("Bad checks in a row that take an endpoint out.")
                    @Default("3")
                    @Range(min = "1", max = "100")
                    int unhealthy,
            @Doc("Statuses of a good answer.") @Default("200-399") StatusRange status) {
        public Health {
            if (tcp && grpc) {
                throw new IllegalArgumentException("tcp with grpc (expected: one of them)");
            }
            if (!path.startsWith("/")) {
                throw new InvalidValue(path, "a path that starts with \"/\"");
            }
            if (!path.matches("[!-~&&[^#]]+")) {
                throw new InvalidValue(path, "a path, percent-encoded where needed");
            }
        }
    }

    /** When failures of real requests take an endpoint out. */
    public record Ejection(
            @Doc("Failures that take an endpoint out.")
                    @Default("5")
                    @Range(min = "1", max = "10000")
                    int failures,
            @Doc("Time in which they must happen.")
                    @Default("10s")
                    @Range(min = "100ms", max = "1h")
                    Duration within,
            @Doc("How long it stays out.")
                    @Default("30s")
                    @Range(min = "100ms", max = "1d")
                    @Named("for")
                    Duration duration) {}
}
