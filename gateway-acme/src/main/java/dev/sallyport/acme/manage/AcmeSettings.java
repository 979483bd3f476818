package dev.sallyport.acme.manage;

import dev.sallyport.acme.certificate.KeyKind;
import dev.sallyport.acme.challenge.ChallengeSolver;
import dev.sallyport.acme.challenge.ChallengeType;
import dev.sallyport.acme.dns.DnsSolver;
import dev.sallyport.acme.dns.PersistSolver;
import dev.sallyport.acme.issue.Authority;
import dev.sallyport.config.model.Acme;
import dev.sallyport.config.model.CertificateSettings;
import dev.sallyport.config.model.Dns;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.RelayRoute;
import dev.sallyport.config.model.value.HostPattern;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is to be obtained, and how, as a configuration says.
 *
 * @param authorities the preferred first
 * @param production whether one of them has limits that last for days
 * @param solvers the preferred first
 */
public record AcmeSettings(
        List<Authority> authorities,
        boolean production,
        List<ChallengeSolver> solvers,
        KeyKind keyKind,
        boolean allowsVolatileStorage,
        List<CertificateSpec> wanted) {
    public AcmeSettings {
        authorities = List.copyOf(authorities);
        solvers = List.copyOf(solvers);
        wanted = List.copyOf(wanted);
    }

    /**
     * The settings of a configuration that has a section acme.
     *
     * @param builtIn solvers of the edge itself
     * @param isServed hosts that have a certificate of files
     */
    public static AcmeSettings of(
            GatewayConfig config,
            Acme acme,
            List<ChallengeSolver> builtIn,
            Predicate<String> isServed) {
        var authorities = new ArrayList<Authority>();
        boolean production = false;
        for (var each : acme.authorities()) {
            authorities.add(authority(each, acme.email()));
            production |= each.isProduction();
        }
        return new AcmeSettings(
                authorities,
                production,
                solvers(config, acme, builtIn),
                KeyKind.valueOf(acme.keyType().name()),
                acme.volatileStorage(),
                wanted(config, acme, isServed));
    }

    /** The names that have a certificate of their own alone. */
    public Set<String> names() {
        var names = new LinkedHashSet<String>();
        for (var spec : wanted) {
            if (spec.names().size() == 1) {
                names.add(spec.names().getFirst());
            }
        }
        return names;
    }

    /** The same, with a certificate for each of these names as well. */
    public AcmeSettings with(List<String> names) {
        var all = new ArrayList<>(wanted);
        for (var name : names) {
            all.add(CertificateSpec.of(List.of(name)));
        }
        return new AcmeSettings(
                authorities, production, solvers, keyKind, allowsVolatileStorage, all);
    }

    private static Authority authority(Acme.Authority settings, @Nullable String email) {
        var external = settings.externalAccount();
        return new Authority(
                settings.name(),
                settings.location(),
                settings.profile(),
                external == null
                        ? null
                        : new Authority.ExternalAccount(
                                external.keyId(), external.macKey().value()),
                settings.caFile(),
                settings.preferredChain(),
                email);
    }

    private static List<ChallengeSolver> solvers(
            GatewayConfig config, Acme acme, List<ChallengeSolver> builtIn) {
        var solvers = new ArrayList<ChallengeSolver>();
        var dns = acme.dns() == null ? null : DnsSolver.create(acme.dns());
        var possible = new ArrayList<>(builtIn);
        possible.add(PersistSolver.create(resolvers(config, acme), InstantSource.system()));
        if (dns != null) {
            possible.add(dns);
        }
        for (var challenge : acme.challenges()) {
            var type = ChallengeType.valueOf(challenge.name());
            boolean isAnswered =
                    switch (type) {
                        case HTTP_01 -> config.listeners().stream().anyMatch(l -> l.tls() == null);
                        case TLS_ALPN_01 ->
                                config.listeners().stream().anyMatch(l -> l.tls() != null);
                        case DNS_01, DNS_PERSIST_01 -> true;
                    };
            if (isAnswered) {
                possible.stream().filter(each -> each.type() == type).forEach(solvers::add);
            }
        }
        if (dns != null && !solvers.contains(dns)) {
            solvers.add(dns); // for wildcards, and when nothing else works
        }
        return solvers;
    }

    private static List<Dns.Server> resolvers(GatewayConfig config, Acme acme) {
        return acme.dns() == null ? config.dns().servers() : acme.dns().resolvers();
    }

    private static List<CertificateSpec> wanted(
            GatewayConfig config, Acme acme, Predicate<String> isServed) {
        Set<CertificateSpec> wanted = new LinkedHashSet<>();
        Set<HostPattern> listed = new LinkedHashSet<>();
        for (CertificateSettings settings : config.certificates()) {
            if (!settings.acme().isEmpty()) {
                wanted.add(
                        CertificateSpec.of(
                                settings.acme().stream().map(HostPattern::toString).toList()));
                listed.addAll(settings.acme());
            }
            listed.addAll(settings.internal());
        }
        for (HostPattern host : hosts(config)) {
            if (isObtainable(host, acme)
                    && !isListed(host, listed)
                    && !isServed.test(host.toString())) {
                wanted.add(CertificateSpec.of(List.of(host.toString())));
            }
        }
        return List.copyOf(wanted);
    }

    /** What clients ask for by TLS that is answered here: by routes, and by TCP routes. */
    private static List<HostPattern> hosts(GatewayConfig config) {
        List<HostPattern> hosts = new ArrayList<>();
        for (var route : config.routes()) {
            if (isOnTls(route.match().listeners(), config)) {
                hosts.addAll(route.match().hosts());
            }
        }
        for (var route : config.tcpRoutes()) {
            if (route.tls() == RelayRoute.Tcp.Tls.TERMINATE && isOnTls(route.listeners(), config)) {
                hosts.addAll(route.sni());
            }
        }
        return hosts;
    }

    private static boolean isOnTls(List<String> listeners, GatewayConfig config) {
        return config.listeners().stream()
                .anyMatch(each ->
                        each.tls() != null
                                && (listeners.isEmpty() || listeners.contains(each.name())));
    }

    private static boolean isListed(HostPattern host, Set<HostPattern> listed) {
        int dot = host.name().indexOf('.');
        return listed.contains(host)
                || (host.kind() == HostPattern.Kind.EXACT
                        && dot > 0
                        && listed.contains(
                                new HostPattern(
                                        HostPattern.Kind.WILDCARD,
                                        host.name().substring(dot + 1))));
    }

    private static boolean isObtainable(HostPattern host, Acme acme) {
        return !host.isLocal()
                && (host.kind() != HostPattern.Kind.WILDCARD || acme.dns() != null)
                && (host.kind() != HostPattern.Kind.EXACT || host.name().indexOf('.') > 0);
    }
}
