package dev.sallyport.config.check.certificate;

import dev.sallyport.config.check.rule.Report;
import dev.sallyport.config.check.rule.Rule;
import dev.sallyport.config.model.CertificateSettings;
import dev.sallyport.config.model.FilterSettings;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.Listener;
import dev.sallyport.config.model.RelayRoute;
import dev.sallyport.config.model.Route;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.value.HostPattern;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Certificate files are what they are named for, hosts of routes have a certificate, and routes for
 * clients with one are where they are asked for it.
 */
public final class CertificateRule implements Rule {
    private static final int LARGEST = 1 << 20;

    @Override
    public void check(GatewayConfig config, Report report) {
        clients(config, report);
        servers(config, report);
    }

    private static void servers(GatewayConfig config, Report report) {
        var served = new HashSet<HostPattern>();
        boolean known = true;
        for (var certificate : config.certificates()) {
            served.addAll(certificate.internal());
            served.addAll(certificate.acme());
            var file = certificate.certificateFile();
            if (file != null && Files.isReadable(file)) {
                known &= served(certificate, file, served, report);
            } else {
                known &= file == null;
            }
        }
        if (!known || config.acme() != null) {
            // What is served is not known, or all that is missing is obtained: AcmeRule looks then.
            return;
        }
        for (var route : config.routes()) {
            if (isOnTls(route, config)) {
                uncovered(
                        route.match().hosts(), "routes." + route.name() + ".host", served, report);
            }
        }
        for (var route : config.tcpRoutes()) {
            if (route.tls() == RelayRoute.Tcp.Tls.TERMINATE) {
                uncovered(
                        route.sni(), RelayRoute.TCP + "." + route.name() + ".sni", served, report);
            }
        }
    }

    private static boolean served(
            CertificateSettings certificate, Path file, Set<HostPattern> served, Report report) {
        var path = "certificates." + certificate.name();
        boolean good = true;
        try {
            served.addAll(CertificateNames.of(file));
        } catch (CertificateNames.Unreadable e) {
            report.error(
                    path + ".certificate-file",
                    Problem.quote(file),
                    "a PEM file with a certificate; " + e.getMessage());
            good = false;
        }
        var key = certificate.keyFile();
        if (key != null && Files.isReadable(key) && !holdsKey(key)) {
            report.error(
                    path + ".key-file",
                    Problem.quote(key),
                    "a PEM file with an unencrypted private key");
        }
        return good;
    }

    private static boolean holdsKey(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                return false;
            }
            var text = Files.readString(file, StandardCharsets.ISO_8859_1);
            return text.contains("PRIVATE KEY-----")
                    && !text.contains("BEGIN ENCRYPTED PRIVATE KEY")
                    && !text.contains("Proc-Type: 4,ENCRYPTED");
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean isOnTls(Route route, GatewayConfig config) {
        var wanted = route.match().listeners();
        return config.listeners().stream()
                .filter(Listener::isHttp)
                .filter(listener -> wanted.isEmpty() || wanted.contains(listener.name()))
                .map(Listener::tls)
                .anyMatch(tls -> tls != null);
    }

    private static void uncovered(
            List<HostPattern> hosts, String path, Set<HostPattern> served, Report report) {
        List<String> missing = new ArrayList<>();
        for (var host : hosts) {
            if (!host.isLocal() && !isCovered(host, served)) {
                missing.add(host.toString());
            }
        }
        if (!missing.isEmpty()) {
            report.warning(
                    path,
                    "no certificate for " + String.join(", ", missing),
                    "one under certificates, or acme: {} to obtain it; TLS for it is refused");
        }
    }

    private static boolean isCovered(HostPattern host, Set<HostPattern> served) {
        if (served.contains(host)) {
            return true;
        }
        int dot = host.name().indexOf('.');
        return host.kind() == HostPattern.Kind.EXACT
                && dot > 0
                && served.contains(
                        new HostPattern(HostPattern.Kind.WILDCARD, host.name().substring(dot + 1)));
    }

    /** Who needs certificates of clients comes in where they are asked for. */
    private static void clients(GatewayConfig config, Report report) {
        for (var listener : config.listeners()) {
            var clients = listener.askedClients();
            if (clients != null) {
                files(
                        clients.caFiles(),
                        "listeners." + listener.name() + ".tls.client-certificates",
                        report);
            }
        }
        var admin = config.admin().tls();
        var operators = admin == null ? null : admin.clientCertificates();
        if (operators != null) {
            files(operators.caFiles(), "admin.tls.client-certificates", report);
        }
        for (var route : config.routes()) {
            if (route.filters().stream().anyMatch(FilterSettings::needsClientCertificate)) {
                asked(route, config.listeners(), report);
            }
        }
    }

    /** A file that is missing closes what it guards; all else goes on without it. */
    private static void files(List<Path> files, String path, Report report) {
        for (int i = 0; i < files.size(); i++) {
            var wrong = unusable(files.get(i));
            if (wrong != null) {
                report.warning(
                        path + ".ca-files[" + i + "]",
                        Problem.quote(files.get(i)) + " " + wrong + ", and lets nobody in",
                        "a PEM file of authorities");
            }
        }
    }

    private static @Nullable String unusable(Path file) {
        try {
            var wrong = "holds no certificate";
            for (var authority : PemCertificates.read(file)) {
                if (authority.getBasicConstraints() < 0) {
                    return "holds one that is no authority";
                }
                try {
                    authority.checkValidity();
                    return null;
                } catch (CertificateExpiredException _) {
                    wrong = "expired";
                } catch (CertificateNotYetValidException _) {
                    wrong = "is not valid yet";
                }
            }
            return wrong;
        } catch (IOException _) {
            return "cannot be read";
        } catch (CertificateException _) {
            return "holds no certificate";
        }
    }

    private static void asked(Route route, List<Listener> listeners, Report report) {
        var wanted = route.match().listeners();
        for (var listener : listeners) {
            if ((wanted.isEmpty() || wanted.contains(listener.name()))
                    && listener.isHttp()
                    && !listener.redirectToHttps()) {
                asked(route, listener, report);
            }
        }
    }

    private static void asked(Route route, Listener listener, Report report) {
        var path = "routes." + route.name() + ".filters";
        var clients = listener.askedClients();
        if (clients == null) {
            report.error(
                    path,
                    "client-certificate on listener \""
                            + listener.name()
                            + "\", which asks for none",
                    "tls.client-certificates there, or listeners of this route that have it");
            return;
        }
        for (HostPattern host : route.match().hosts()) {
            if (!clients.hosts().isEmpty()
                    && !clients.hosts().contains(host)
                    && (host.kind() == HostPattern.Kind.WILDCARD || !clients.asks(host.name()))) {
                report.error(
                        path,
                        "client-certificate for \""
                                + host
                                + "\", for which listener \""
                                + listener.name()
                                + "\" asks for none",
                        "it among tls.client-certificates.hosts");
            }
        }
    }
}
