package dev.sallyport.core.boot.edge;

import dev.sallyport.acme.manage.CertificateDesk;
import dev.sallyport.config.check.ConfigCheck;
import dev.sallyport.config.feed.ConfigFeed;
import dev.sallyport.config.feed.FeedStatus;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.observe.Tracing;
import dev.sallyport.config.model.problem.Places;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.provider.Assembly;
import dev.sallyport.config.provider.DiscoveryStatus;
import dev.sallyport.config.provider.Provider;
import dev.sallyport.config.provider.docker.DockerDiscovery;
import dev.sallyport.config.read.ConfigReader;
import dev.sallyport.core.boot.Gateway;
import dev.sallyport.core.boot.admin.AdminServer;
import dev.sallyport.core.boot.certificates.CertificateMetrics;
import dev.sallyport.core.boot.certificates.EdgeCertificates;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import dev.sallyport.core.boot.screen.Product;
import dev.sallyport.core.boot.screen.StateFolders;
import dev.sallyport.core.filter.BuiltInFilters;
import dev.sallyport.core.loop.Watchdog;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running edge: what providers give is checked and put in force, at start and at each change,
 * until it is closed.
 */
public final class Edge implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Edge.class);

    private static final Duration KEEPING = Duration.ofMinutes(1);
    private static final Duration LOOKING = Duration.ofSeconds(2);

    private final Function<String, @Nullable String> environment;
    private final Clock clock = Clock.systemUTC();
    private final SecureRandom random = new SecureRandom();
    private final AccessOutput accessOutput = new AccessOutput();
    private final ConfigFeed feed;
    private final DockerDiscovery docker;
    private final EdgeMetrics metrics = new EdgeMetrics();
    private final Instant started = clock.instant();
    private volatile @Nullable Parts parts;
    private volatile boolean isDraining;
    private boolean isUnavailable;
    private volatile List<Problem> foundBefore = List.of();

    /** What there is once a first configuration was taken. */
    private record Parts(
            Gateway gateway,
            EdgeCertificates certificates,
            AdminServer admin,
            Watchdog watchdog,
            Thread keeping,
            StatusPage page,
            StartSettings settings) {}

    private Edge(
            List<? extends Provider> providers, Function<String, @Nullable String> environment) {
        this.environment = environment;
        ConfigReader reader = new ConfigReader(BuiltInFilters.types(), environment);
        this.docker = new DockerDiscovery(reader, this::stateFolder, clock, random);
        this.feed =
                new ConfigFeed(
                        providers,
                        List.of(docker),
                        new Assembly(reader),
                        new ConfigCheck(Expressions::findProblem),
                        List.of(this::apply),
                        this::report,
                        clock);
    }

    /**
     * Starts an edge on what the providers give now.
     *
     * @param environment variables by name: {@code System::getenv}
     * @throws Failure with every problem there is; nothing runs then
     */
    public static Edge start(
            List<? extends Provider> providers, Function<String, @Nullable String> environment)
            throws Failure {
        Edge edge = new Edge(providers, environment);
        FeedStatus first = edge.feed.start();
        if (edge.parts == null) {
            edge.feed.close();
            edge.docker.close();
            throw new Failure(edge.isUnavailable ? Exit.UNAVAILABLE : Exit.CONFIG, text(first));
        }
        edge.report(first);
        edge.parts().certificates.follow();
        return edge;
    }

    private static String text(FeedStatus status) {
        return String.join("\n", status.problems().stream().map(Problem::toString).toList());
    }

    /** Takes a configuration, or leaves the one before in force; called by the feed. */
    private List<Problem> apply(GatewayConfig config, Places places) {
        Parts present = parts;
        try {
            if (present == null) {
                parts = begin(config);
                return List.of();
            }
            change(present, config);
            return present.settings.warnings(config, places);
        } catch (IOException | IllegalStateException e) {
            isUnavailable = true;
            return List.of(problem(String.valueOf(e.getMessage()), places));
        }
    }

    /** A message that begins with a setting stands at the place of that setting. */
    private static Problem problem(String message, Places places) {
        int colon = message.indexOf(": ");
        String path = colon < 0 ? "" : message.substring(0, colon);
        boolean isSetting =
                path.startsWith("listeners.")
                        || path.startsWith("admin.")
                        || path.startsWith("runtime.");
        return Problem.error(
                places.of(isSetting ? path : ""),
                isSetting ? path : "",
                isSetting ? message.substring(colon + 2) : message,
                null);
    }

    private Path stateFolder(GatewayConfig config) {
        Path configured = config.storage().folder();
        return configured == null ? StateFolders.find(environment) : configured;
    }

    private Parts begin(GatewayConfig config) throws IOException {
        Path state = stateFolder(config);
        EdgeCertificates certificates = new EdgeCertificates(state, clock, random);
        try {
            certificates.serve(config);
            accessOutput.use(accessOutput.open(config.accessLog()));
            Tracing tracing = config.tracing();
            if (tracing != null) {
                accessOutput.trace(tracing);
            }
            return begin(config, certificates);
        } catch (IOException | RuntimeException e) {
            certificates.close();
            throw e;
        }
    }

    private Parts begin(GatewayConfig config, EdgeCertificates certificates) throws IOException {
        // The socket comes first: of two edges started on one configuration, the second says so.
        AdminServer admin =
                AdminDoor.open(
                        config.admin(), new AdminPages(this), certificates, environment, clock);
        try {
            Gateway gateway =
                    Gateway.start(
                            config,
                            certificates.store(),
                            certificates.challenges(),
                            certificates::client,
                            List.of(accessOutput));
            Watchdog watchdog = Watchdog.start(gateway.loops());
            String version = Product.version();
            metrics.register(gateway, accessOutput, watchdog, feed::status, version);
            new CertificateMetrics(certificates).registerWith(gateway.metrics());
            metrics.register(gateway.metrics(), docker::status);
            EdgeMetrics.register(gateway.metrics(), admin);
            return new Parts(
                    gateway,
                    certificates,
                    admin,
                    watchdog,
                    Thread.ofVirtual().name("tls-keeping").start(() -> keep(gateway, admin)),
                    new StatusPage(gateway, accessOutput, version, started),
                    new StartSettings(config));
        } catch (IOException | RuntimeException e) {
            admin.close();
            throw e;
        }
    }

    private static void keep(Gateway gateway, AdminServer admin) {
        try {
            long looks = 0;
            while (true) {
                Thread.sleep(LOOKING);
                refreshTls(gateway);
                admin.refresh();
                if (++looks % (KEEPING.toSeconds() / LOOKING.toSeconds()) == 0) {
                    gateway.listeners().maintain();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void refreshTls(Gateway gateway) {
        try {
            gateway.refreshTls();
        } catch (IOException | RuntimeException e) {
            log.error("files of tls not read again, tried again soon", e);
        }
    }

    private void change(Parts present, GatewayConfig config) throws IOException {
        AccessOutput.Opened output = accessOutput.open(config.accessLog());
        present.certificates.prepare(config);
        try {
            present.gateway.apply(config);
        } catch (IOException | RuntimeException e) {
            present.certificates.revert();
            output.close();
            throw e;
        }
        accessOutput.use(output);
        present.certificates.serve(config);
    }

    /** One after the other: a start reports while the first changes come in already. */
    private synchronized void report(FeedStatus status) {
        metrics.count(status);
        status.problems().forEach(Edge::log);
        // Found anew with each event of any container: told once.
        Set<Problem> known = Set.copyOf(foundBefore);
        foundBefore = status.found();
        foundBefore.stream().filter(each -> !known.contains(each)).forEach(Edge::log);
        switch (status.outcome()) {
            case APPLIED -> log.info("configuration applied generation={}", status.generation());
            case UNCHANGED ->
                    log.info("configuration unchanged generation={}", status.generation());
            case REFUSED ->
                    log.error(
                            "configuration refused, the one before stays in force generation={}",
                            status.generation());
            case NONE -> {}
        }
    }

    private static void log(Problem problem) {
        if (problem.isError()) {
            log.error("configuration problem {}", problem);
        } else {
            log.warn("configuration problem {}", problem);
        }
    }

    /** Reads all providers now and says what came of it. */
    public FeedStatus reload() {
        return feed.reload();
    }

    /** Opens log files anew, as after a rotation. */
    public void reopenLogs() {
        accessOutput.reopen();
    }

    /** What runs. */
    public Gateway gateway() {
        return parts().gateway;
    }

    private Parts parts() {
        return Objects.requireNonNull(parts, "no configuration was taken yet");
    }

    /** How the edge is, as a tree. */
    Map<String, Object> status() {
        Parts present = parts();
        List<String> problems = new ArrayList<>(present.certificates.problems());
        problems.addAll(present.gateway.tlsProblems());
        problems.addAll(present.admin.problems());
        Map<String, Object> page = present.page.tree(feed.status(), problems, clock.instant());
        CertificateDesk desk = present.certificates.desk();
        if (desk != null) {
            page.put("obtained-certificates", desk.list());
            page.put("orders-certificates", desk.isOwner());
        }
        DiscoveryStatus discovery = docker.status();
        if (discovery != null) {
            page.put("discovery", List.of(StatusPage.discovery(discovery, feed.status())));
        }
        page.put("needs-restart", present.settings.changedIn(present.gateway.snapshot().config()));
        return page;
    }

    /** Where certificates that are obtained are asked about; null when none are. */
    @Nullable CertificateDesk desk() {
        return parts().certificates.desk();
    }

    /** Whether a first configuration is in force. */
    boolean isStarted() {
        return parts != null;
    }

    /** Whether a first configuration is in force and no end has begun. */
    boolean isReady() {
        return parts != null && !isDraining;
    }

    /** The root certificate of the internal authority; null when it lies in no file. */
    public @Nullable Path internalRoot() {
        return parts().certificates.rootFile();
    }

    /** Drains for as long as the configuration allows, then ends. */
    @Override
    public void close() {
        isDraining = true;
        Parts present = parts();
        feed.close();
        docker.close();
        present.keeping.interrupt();
        present.watchdog.close();
        present.gateway.close();
        present.admin.close();
        present.certificates.close();
    }
}
