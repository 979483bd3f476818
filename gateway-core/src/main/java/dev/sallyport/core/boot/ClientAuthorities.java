package dev.sallyport.core.boot;

import dev.sallyport.acme.trust.Authorities;
import dev.sallyport.acme.trust.AuthorityFiles;
import dev.sallyport.config.model.Listener;
import dev.sallyport.core.observe.metrics.Metric;
import dev.sallyport.core.observe.metrics.Metrics;
import dev.sallyport.core.observe.metrics.Samples;
import dev.sallyport.core.tls.mutual.ClientAuth;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The authorities by which listeners believe clients; read again as their files change. */
final class ClientAuthorities {
    private static final Logger log = LoggerFactory.getLogger(ClientAuthorities.class);

    private final Clock clock;
    private final Map<String, AuthorityFiles> listeners = new LinkedHashMap<>();
    private List<String> said = List.of();

    /** Told of a listener whose authorities are others now. */
    interface OnChange {
        void changed(String listener, boolean isStricter);
    }

    ClientAuthorities(Clock clock) {
        this.clock = clock;
    }

    /** Whom a listener asks and believes, as its files are now; null when it asks nobody. */
    synchronized @Nullable ClientAuth of(Listener listener) {
        Listener.Tls tls = listener.tls();
        Listener.ClientCertificates clients = tls == null ? null : tls.clientCertificates();
        if (clients == null) {
            return null;
        }
        AuthorityFiles files = listeners.get(listener.name());
        if (files == null || !files.files().equals(clients.caFiles())) {
            files = AuthorityFiles.open(clients.caFiles(), clock);
            listeners.put(listener.name(), files);
            tell();
        }
        return new ClientAuth(clients, files.current(), clock);
    }

    /** Counts the authorities of each listener that asks. */
    void registerWith(Metrics metrics) {
        metrics.register(Metric.CLIENT_AUTHORITIES, this::count);
    }

    private synchronized void count(Samples samples) {
        listeners.forEach((name, files) -> samples.add(files.current().all().size(), name));
    }

    /** Looks at all files again. */
    synchronized void refresh(OnChange onChange) {
        for (var each : listeners.entrySet()) {
            Authorities before = each.getValue().current();
            if (each.getValue().refresh()) {
                Authorities now = each.getValue().current();
                log.info(
                        "client authorities changed listener={} authorities={}",
                        each.getKey(),
                        now.all().size());
                // Those that came while nobody was asked come again, to be asked.
                onChange.changed(each.getKey(), before.isEmpty() || !now.containsAll(before));
            }
        }
        tell();
    }

    /** Forgets listeners that ask no longer. */
    synchronized void keepOnly(Set<String> names) {
        listeners.keySet().retainAll(names);
    }

    /** What is wrong at present. */
    synchronized List<String> problems() {
        List<String> problems = new ArrayList<>();
        listeners.forEach((name, files) ->
                files.problems()
                        .forEach(each ->
                                problems.add(
                                        "listeners."
                                                + name
                                                + ".tls.client-certificates: "
                                                + each)));
        return problems;
    }

    /** Each problem once, when it begins. */
    private void tell() {
        List<String> now = problems();
        for (String each : now) {
            if (!said.contains(each)) {
                log.error("clients not let in reason={}", each);
            }
        }
        said = now;
    }
}
