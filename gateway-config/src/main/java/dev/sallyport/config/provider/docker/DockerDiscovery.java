package dev.sallyport.config.provider.docker;

import dev.sallyport.config.guard.feed.Inventory;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.discovery.Providers;
import dev.sallyport.config.provider.Discovery;
import dev.sallyport.config.provider.DiscoveryStatus;
import dev.sallyport.config.provider.Found;
import dev.sallyport.config.provider.docker.place.OwnNetworks;
import dev.sallyport.config.read.ConfigReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routes of containers. It follows a guard once a configuration asks for it, and keeps what it
 * knows on disk: an edge starts and serves while no guard answers.
 */
public final class DockerDiscovery implements Discovery, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DockerDiscovery.class);

    /** How long a start waits for a guard that has taken the call. */
    private static final Duration FIRST = Duration.ofSeconds(2);

    private final Function<GatewayConfig, Path> folder;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Parts parts;
    private final Claims claims = new Claims();
    private final Roster roster = new Roster();
    private @Nullable FeedClient client;
    private Providers.@Nullable Docker settings;
    private StateFile.@Nullable Saver saver;
    private OwnNetworks own = new OwnNetworks(List.of());
    private boolean isLoaded;
    private volatile int known;
    private volatile @Nullable Instant nextRelease;
    private boolean isChanged;

    // What the feed said, guarded by this.
    private @Nullable Inventory told;
    private @Nullable Instant asOf;
    private @Nullable String staleReason = "not read yet";

    /**
     * A discovery that does nothing until a configuration has {@code providers.docker}.
     *
     * @param folder where state is kept under a configuration
     */
    public DockerDiscovery(
            ConfigReader reader,
            Function<GatewayConfig, Path> folder,
            InstantSource clock,
            RandomGenerator random) {
        this.parts = new Parts(reader);
        this.folder = folder;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public String name() {
        return "docker";
    }

    @Override
    public Found find(GatewayConfig base) {
        var wanted = base.providers().docker();
        if (wanted == null) {
            follow(null);
            return Found.NOTHING;
        }
        load(base);
        follow(wanted);
        Inventory inventory;
        Instant now;
        synchronized (this) {
            inventory = told;
            now = asOf;
            isChanged = false;
            own = OwnNetworks.now();
        }
        if (inventory != null && now != null) {
            roster.update(inventory.workloads(), now);
            roster.release(now, wanted.keep());
            claims.release(now, wanted.keep());
            nextRelease = roster.nextRelease(now, wanted.keep());
        }
        parts.begin(base.filters());
        var finder =
                new Finder(parts, claims, base, wanted, own, now == null ? clock.instant() : now);
        var found = finder.find(roster.all());
        roster.found(finder.networks());
        known = roster.all().size();
        var keeping = saver;
        if (keeping != null && inventory != null) {
            keeping.save(StateFile.text(claims.all(), roster.all()));
        }
        return found;
    }

    private void load(GatewayConfig base) {
        if (isLoaded) {
            return;
        }
        isLoaded = true;
        var file = new StateFile(folder.apply(base));
        try {
            var state = file.read();
            claims.restore(state.claims());
            roster.restore(state.entries());
            if (!state.isOfThisBoot()) {
                // Addresses were given out anew since: who has one now is not known.
                roster.stopAll();
            }
        } catch (IOException | RuntimeException e) {
            log.error("state of containers not read reason={}", e.getMessage());
        }
        saver = StateFile.Saver.start(file);
    }

    private void follow(Providers.@Nullable Docker wanted) {
        var before = settings;
        settings = wanted;
        boolean isSame =
                wanted != null
                        && before != null
                        && wanted.feed().equals(before.feed())
                        && Objects.equals(wanted.tls(), before.tls());
        if (isSame || (wanted == null && before == null)) {
            return;
        }
        stop();
        if (wanted != null) {
            client = FeedClient.start(wanted, new FeedTaker(), random);
            awaitFirst();
        }
    }

    /** Waits for the first word of a guard, or for nobody to answer. */
    private synchronized void awaitFirst() {
        long deadline = System.nanoTime() + FIRST.toNanos();
        long left = FIRST.toMillis();
        try {
            while (told == null && "not read yet".equals(staleReason) && left > 0) {
                wait(left);
                left = (deadline - System.nanoTime()) / 1_000_000;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void awaitChange() throws InterruptedException {
        while (!isChanged) {
            wait();
        }
        isChanged = false;
    }

    /** How it stands; null while no configuration asks for it. */
    public synchronized @Nullable DiscoveryStatus status() {
        var wanted = settings;
        if (wanted == null) {
            return null;
        }
        var inventory = told;
        var source = wanted.feed() + (inventory == null ? "" : " (" + inventory.engine() + ")");
        return new DiscoveryStatus(
                name(),
                source,
                asOf,
                staleReason,
                inventory == null ? known : inventory.workloads().size());
    }

    private boolean isReleaseDue(@Nullable Instant release) {
        var now = asOf;
        return release != null && now != null && release.isBefore(now);
    }

    private void stop() {
        var present = client;
        client = null;
        if (present != null) {
            try {
                present.close();
            } catch (IOException e) {
                log.debug("feed not closed reason={}", e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        stop();
        var keeping = saver;
        if (keeping != null) {
            keeping.close();
        }
    }

    /** What comes by the feed, for whoever asks next. */
    private final class FeedTaker implements FeedClient.Taker {
        @Override
        public void take(Inventory inventory) {
            synchronized (DockerDiscovery.this) {
                told = inventory;
                confirmed();
                isChanged = true;
                DockerDiscovery.this.notifyAll();
            }
        }

        @Override
        public void alive() {
            synchronized (DockerDiscovery.this) {
                confirmed();
                // Time alone may release what is gone, and own networks change without a word.
                if (!OwnNetworks.now().equals(own) || isReleaseDue(nextRelease)) {
                    isChanged = true;
                    DockerDiscovery.this.notifyAll();
                }
            }
        }

        private void confirmed() {
            asOf = clock.instant();
            staleReason = null;
        }

        @Override
        public void lost(String reason) {
            synchronized (DockerDiscovery.this) {
                staleReason = reason;
                DockerDiscovery.this.notifyAll();
            }
        }
    }
}
