package dev.sallyport.config.check;

import dev.sallyport.config.check.rule.Report;
import dev.sallyport.config.check.rule.Rule;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.RouteAction.Forward;
import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.Upstream.Protocol;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.value.EndpointAddress;
import dev.sallyport.config.model.value.IpAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/** Endpoints are where endpoints may be, once each, and verified. */
final class UpstreamRule implements Rule {
    @Override
    public void check(GatewayConfig config, Report report) {
        var impliedBy = new HashMap<String, String>();
        for (var route : config.routes()) {
            if (route.action() instanceof Forward(var target)
                    && Forward.isAddress(target)
                    && !Upstream.isFound(target)) {
                impliedBy.putIfAbsent(target, "routes." + route.name() + ".forward");
            }
        }
        for (var route : config.relayRoutes()) {
            if (Forward.isAddress(route.upstream())) {
                var path = route.section() + "." + route.name() + ".forward";
                impliedBy.putIfAbsent(route.upstream(), path);
            }
        }
        for (var upstream : config.upstreams()) {
            // Where the upstream was written as an address, the route is the place to tell.
            var route = impliedBy.get(upstream.name());
            check(upstream, route == null ? "upstreams." + upstream.name() : route, report);
        }
    }

    private static void check(Upstream upstream, String path, Report report) {
        var policy = AddressPolicy.of(upstream.allowedNetworks());
        var seen = new HashSet<EndpointAddress>();
        boolean secure = false;
        boolean implied = path.endsWith(".forward") && Forward.isAddress(upstream.name());
        var endpoints = upstream.endpoints();
        for (int i = 0; i < endpoints.size(); i++) {
            var address = endpoints.get(i).address();
            var under = implied ? path : path + ".endpoints[" + i + "]";
            secure |= EndpointAddress.isTls(address);
            if (!seen.add(address)) {
                report.error(
                        under,
                        Problem.quote(address.toString()) + " a second time",
                        "each once; weight for more");
            }
            var literal = literal(address);
            if (literal != null && !policy.allows(literal)) {
                report.error(
                        under,
                        Problem.quote(address.toString()),
                        upstream.allowedNetworks().isEmpty()
                                ? "no link-local, multicast, unspecified or broadcast address"
                                        + " unless allowed-networks lists it"
                                : "an address in allowed-networks");
            }
        }
        tls(upstream, path, secure, report);
        protocol(upstream, path, report);
    }

    /** An endpoint is never asked for a protocol that its address cannot carry. */
    private static void protocol(Upstream upstream, String path, Report report) {
        boolean wantsTls = upstream.protocol() == Protocol.H2;
        if (!wantsTls && upstream.protocol() != Protocol.H2C) {
            return;
        }
        if (upstream.proxyProtocol() != null) {
            report.error(
                    path + ".protocol",
                    (wantsTls ? "h2" : "h2c") + " with proxy-protocol",
                    "http/1.1, or auto; a PROXY header names one client, and connections of HTTP/2"
                            + " carry many");
            return;
        }
        for (var endpoint : upstream.endpoints()) {
            if (endpoint.address() instanceof EndpointAddress.Tls != wantsTls) {
                report.error(
                        path + ".protocol",
                        wantsTls
                                ? "h2 with " + Problem.quote(endpoint.address().toString())
                                : "h2c with " + Problem.quote(endpoint.address().toString()),
                        wantsTls ? "https:// endpoints, or h2c" : "plain endpoints, or h2");
                return;
            }
        }
    }

    private static void tls(Upstream upstream, String path, boolean secure, Report report) {
        var tls = upstream.tls();
        if (!tls.verify()) {
            report.warning(
                    path + ".tls.verify",
                    "certificates of endpoints are not verified",
                    "true, with a ca-file where the authority is private");
        }
        readable(tls.caFile(), path + ".tls.ca-file", report);
        var own = tls.clientCertificate();
        if (own != null) {
            readable(
                    own.certificateFile(),
                    path + ".tls.client-certificate.certificate-file",
                    report);
            readable(own.keyFile(), path + ".tls.client-certificate.key-file", report);
        }
        boolean isAny = !upstream.endpoints().isEmpty();
        boolean isSaid = tls.caFile() != null || tls.serverName() != null || own != null;
        if (isAny && !secure && isSaid) {
            report.warning(path + ".tls", "no endpoint speaks TLS", "an https:// endpoint");
        }
    }

    /** Without it the routes to this upstream are closed; all else goes on. */
    private static void readable(@Nullable Path file, String path, Report report) {
        if (file != null && (!Files.isRegularFile(file) || !Files.isReadable(file))) {
            report.warning(
                    path,
                    Problem.quote(file) + " cannot be read, and closes the routes here",
                    "a PEM file");
        }
    }

    private static byte @Nullable [] literal(EndpointAddress address) {
        return switch (address) {
            case EndpointAddress.Tcp(var host, _) -> IpAddress.find(host);
            case EndpointAddress.Tls(var host, _) -> IpAddress.find(host);
            case EndpointAddress.Container(_, var host, _, _, _) -> IpAddress.find(host);
            case EndpointAddress.Unix _ -> null;
        };
    }
}
