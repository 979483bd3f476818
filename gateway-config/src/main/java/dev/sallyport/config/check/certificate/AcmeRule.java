package dev.sallyport.config.check.certificate;

import dev.sallyport.config.check.rule.Report;
import dev.sallyport.config.check.rule.Rule;
import dev.sallyport.config.model.Acme;
import dev.sallyport.config.model.CertificateSettings;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.Listener;
import dev.sallyport.config.model.RelayRoute;
import dev.sallyport.config.model.certificate.OnDemand;
import dev.sallyport.config.model.value.DurationText;
import dev.sallyport.config.model.value.HostPattern;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What is to be obtained by ACME can be: its names can be proven, by a challenge that works here.
 */
public final class AcmeRule implements Rule {
    /** Its limits are published at letsencrypt.org/docs/profiles. */
    private static final String LETS_ENCRYPT = ".letsencrypt.org";

    private static final Set<String> SHORT_PROFILES = Set.of("tlsserver", "shortlived");

    private static final int MOST_OF_SHORT = 25;

    @Override
    public void check(GatewayConfig config, Report report) {
        var acme = config.acme();
        for (var certificate : config.certificates()) {
            if (!certificate.acme().isEmpty()) {
                var path = "certificates." + certificate.name() + ".acme";
                if (acme == null) {
                    report.error(path, "no section acme", "acme: {email: ...} beside certificates");
                } else {
                    names(certificate.acme(), acme, (f, e) -> report.error(path, f, e));
                    count(certificate.acme().size(), acme, path, report);
                }
            }
        }
        if (acme == null) {
            return;
        }
        for (var route : config.routes()) {
            obtained(route.match().hosts(), "routes." + route.name() + ".host", config, report);
        }
        for (var route : config.tcpRoutes()) {
            if (route.tls() == RelayRoute.Tcp.Tls.TERMINATE) {
                obtained(route.sni(), RelayRoute.TCP + "." + route.name() + ".sni", config, report);
            }
        }
        listeners(config, acme, report);
        var onDemand = acme.onDemand();
        if (onDemand != null) {
            onDemand(onDemand, config, report);
        }
        if (acme.dns() != null
                && acme.dns().provider() instanceof Acme.DnsProof.Exec exec
                && Files.isRegularFile(exec.program())
                && !Files.isExecutable(exec.program())) {
            report.error(
                    "acme.dns.exec.program", "\"" + exec.program() + "\"", "an executable file");
        }
    }

    /** An order that an authority is known to refuse would wait for a person who reads logs. */
    private static void count(int names, Acme acme, String path, Report report) {
        for (var authority : acme.authorities()) {
            var host = authority.location().getHost();
            var profile = authority.profile();
            if (host != null
                    && host.endsWith(LETS_ENCRYPT)
                    && profile != null
                    && SHORT_PROFILES.contains(profile)
                    && names > MOST_OF_SHORT) {
                report.error(
                        path,
                        names + " names",
                        "at most "
                                + MOST_OF_SHORT
                                + ", as "
                                + authority.name()
                                + " allows with profile "
                                + profile);
            }
        }
    }

    private static void onDemand(OnDemand settings, GatewayConfig config, Report report) {
        var handshake = config.limits().handshakeTimeout();
        if (settings.patience().compareTo(handshake) >= 0) {
            report.error(
                    "acme.on-demand.patience",
                    DurationText.format(settings.patience()),
                    "less than limits.handshake-timeout, " + DurationText.format(handshake));
        }
        if (settings.ask() == null) {
            for (var name : settings.names()) {
                if (name.kind() == HostPattern.Kind.WILDCARD) {
                    report.warning(
                            "acme.on-demand.names",
                            "\"" + name + "\" without ask, so that anyone may make up names",
                            "ask beside it, or acme.dns and one certificate for the wildcard");
                }
            }
        }
    }

    private static void obtained(
            List<HostPattern> hosts, String path, GatewayConfig config, Report report) {
        var acme = config.acme();
        var wanted =
                hosts.stream()
                        .filter(host -> !host.isLocal() && !isListed(host, config))
                        .filter(host -> !isOnDemand(host, acme));
        if (acme != null) {
            // Warnings: the other routes get theirs.
            names(
                    wanted.toList(),
                    acme,
                    (found, expected) -> report.warning(path, found, expected));
        }
    }

    private static boolean isOnDemand(HostPattern host, @Nullable Acme acme) {
        return host.kind() == HostPattern.Kind.WILDCARD && acme != null && acme.onDemand() != null;
    }

    private static boolean isListed(HostPattern host, GatewayConfig config) {
        for (CertificateSettings certificate : config.certificates()) {
            var file = certificate.certificateFile();
            if (certificate.acme().contains(host)
                    || certificate.internal().contains(host)
                    || (file != null && isIn(host, file))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isIn(HostPattern host, Path file) {
        try {
            var served = CertificateNames.of(file);
            int dot = host.name().indexOf('.');
            return served.contains(host)
                    || (host.kind() == HostPattern.Kind.EXACT
                            && dot > 0
                            && served.contains(
                                    new HostPattern(
                                            HostPattern.Kind.WILDCARD,
                                            host.name().substring(dot + 1))));
        } catch (CertificateNames.Unreadable _) {
            return true; // told elsewhere; what it serves is not known
        }
    }

    private static void names(
            List<HostPattern> hosts, Acme acme, BiConsumer<String, String> problems) {
        for (var host : hosts) {
            boolean byDns =
                    acme.dns() != null || acme.challenges().contains(Acme.Challenge.DNS_PERSIST_01);
            if (host.kind() == HostPattern.Kind.WILDCARD && !byDns) {
                problems.accept(
                        "a wildcard, \"" + host + "\"",
                        "acme.dns, or dns-persist-01 among challenges: wildcards are proven by DNS");
            } else if (host.kind() == HostPattern.Kind.EXACT && host.name().indexOf('.') < 0) {
                problems.accept("\"" + host + "\"", "a name with a dot, or internal");
            } else if (host.kind() == HostPattern.Kind.ADDRESS
                    && acme.challenges().stream().allMatch(Acme.Challenge::isOfDns)) {
                problems.accept(
                        "an address, \"" + host + "\"", "http-01 or tls-alpn-01 to prove it");
            }
        }
    }

    private static void listeners(GatewayConfig config, Acme acme, Report report) {
        if (acme.challenges().contains(Acme.Challenge.DNS_01) && acme.dns() == null) {
            report.error("acme.challenges", "dns-01 without acme.dns", "a provider under acme.dns");
        }
        boolean plain = config.listeners().stream().anyMatch(listener -> listener.tls() == null);
        boolean secure =
                config.listeners().stream().map(Listener::tls).anyMatch(tls -> tls != null);
        boolean possible =
                (plain && acme.challenges().contains(Acme.Challenge.HTTP_01))
                        || (secure && acme.challenges().contains(Acme.Challenge.TLS_ALPN_01))
                        || acme.challenges().contains(Acme.Challenge.DNS_PERSIST_01)
                        || acme.dns() != null;
        if (!possible) {
            report.warning(
                    "acme.challenges",
                    "no listener for any of them",
                    "http-01 with a plain listener, or tls-alpn-01 with one that speaks TLS");
        }
    }
}
