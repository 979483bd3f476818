package dev.sallyport.core.boot.edge;

import dev.sallyport.acme.storage.StateFolder;
import dev.sallyport.config.check.ConfigCheck;
import dev.sallyport.config.feed.ConfigFeed;
import dev.sallyport.config.feed.FeedStatus;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.problem.Places;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.provider.Assembly;
import dev.sallyport.config.provider.Provider;
import dev.sallyport.config.read.ConfigReader;
import dev.sallyport.core.boot.Gateway;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
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

    private final Function<String, @Nullable String> environment;
    private final Clock clock = Clock.systemUTC();
    private final SecureRandom random = new SecureRandom();
    private final AccessOutput accessOutput = new AccessOutput();
    private final ConfigFeed feed;
    private @Nullable Parts parts;
    private boolean isUnavailable;

    /** What there is once a first configuration was taken. */
    private record Parts(Gateway gateway, EdgeCertificates certificates) {}

    private Edge(
            List<? extends Provider> providers, Function<String, @Nullable String> environment) {
        this.environment = environment;
        this.feed =
                new ConfigFeed(
                        providers,
                        new Assembly(new ConfigReader(EdgeFilters.types(), environment)),
                        new ConfigCheck(Expressions::findProblem),
                        List.of(this::apply),
                        Edge::report,
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
            throw new Failure(edge.isUnavailable ? Exit.UNAVAILABLE : Exit.CONFIG, text(first));
        }
        report(first);
        edge.certificates().follow();
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
            } else {
                change(present, config);
            }
            return List.of();
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
                path.startsWith("listeners.") || path.startsWith("admin.") || path.startsWith("runtime.");
        return Problem.error(
                places.of(isSetting ? path : ""),
                isSetting ? path : "",
                isSetting ? message.substring(colon + 2) : message,
                null);
    }

    private Parts begin(GatewayConfig config) throws IOException {
        Path configured = config.storage().folder();
        StateFolder folder =
                StateFolder.open(configured == null ? StateFolders.find(environment) : configured);
        EdgeCertificates certificates = new EdgeCertificates(folder, clock, random);
        try {
            certificates.serve(config);
            accessOutput.use(config.accessLog());
            Gateway gateway = Gateway.start(config, certificates.store(), List.of(accessOutput));
            return new Parts(gateway, certificates);
        } catch (IOException | RuntimeException e) {
            certificates.close();
            throw e;
        }
    }

    private void change(Parts present, GatewayConfig config) throws IOException {
        present.certificates.prepare(config);
        try {
            accessOutput.use(config.accessLog());
            present.gateway.apply(config);
        } catch (IOException | RuntimeException e) {
            present.certificates.revert();
            throw e;
        }
        present.certificates.serve(config);
    }

    private static void report(FeedStatus status) {
        for (Problem problem : status.problems()) {
            if (problem.isError()) {
                log.error("configuration problem {}", problem);
            } else {
                log.warn("configuration problem {}", problem);
            }
        }
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
        return Objects.requireNonNull(parts).gateway;
    }

    private EdgeCertificates certificates() {
        return Objects.requireNonNull(parts).certificates;
    }

    /** The root certificate of the internal authority; null when it lies in no file. */
    public @Nullable Path internalRoot() {
        return certificates().rootFile();
    }

    /** Drains for as long as the configuration allows, then ends. */
    @Override
    public void close() {
        close(gateway().snapshot().config().limits().drainTimeout());
    }

    /** Lets requests in flight end within {@code patience}, then ends what is left. */
    public void close(Duration patience) {
        feed.close();
        gateway().close(patience);
        certificates().close();
    }
}
