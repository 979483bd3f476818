package dev.sallyport.config.feed;

import dev.sallyport.config.check.ConfigCheck;
import dev.sallyport.config.feed.FeedStatus.Outcome;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Places;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.problem.Source;
import dev.sallyport.config.provider.Assembly;
import dev.sallyport.config.provider.Discovery;
import dev.sallyport.config.provider.Fragment;
import dev.sallyport.config.provider.Provider;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads providers, and puts what they give in force: whole, checked, or not at all. What was good
 * stays in force until something better is there.
 */
public final class ConfigFeed implements AutoCloseable {
    private static final Duration RETRY = Duration.ofSeconds(5);

    /** How long an attempt that is under way may hold up the end. */
    private static final Duration LAST_READ = Duration.ofSeconds(5);

    private final List<Provider> providers;
    private final List<Discovery> discoveries;
    private final Joining joining;
    private final Assembly assembly;
    private final ConfigCheck check;
    private final Subscribers subscribers;
    private final Consumer<FeedStatus> reporter;
    private final InstantSource clock;

    private final ReentrantLock lock = new ReentrantLock();
    private final Fragments fragments = new Fragments();
    private final List<Thread> threads = new ArrayList<>();
    private volatile FeedStatus status =
            new FeedStatus(Outcome.NONE, 0, null, null, List.of(), List.of());

    /** What fragments make, good by itself: what discoveries add to. */
    private @Nullable Base base;

    private record Base(GatewayConfig config, Places places) {}

    /** What came of trying one set of fragments. */
    private record Trial(Outcome outcome, List<Problem> problems, List<Problem> found) {
        static Trial refused(List<Problem> problems) {
            return new Trial(Outcome.REFUSED, problems, List.of());
        }

        boolean isTaken() {
            return outcome != Outcome.REFUSED;
        }
    }

    /**
     * A feed that has read nothing yet.
     *
     * @param discoveries asked after the providers, with what these gave
     * @param subscribers in the order they are told; one that refuses has the earlier ones told to
     *     go back
     * @param reporter told of each attempt after the first, for the log
     */
    public ConfigFeed(
            List<? extends Provider> providers,
            List<? extends Discovery> discoveries,
            Assembly assembly,
            ConfigCheck check,
            List<? extends ConfigSubscriber> subscribers,
            Consumer<FeedStatus> reporter,
            InstantSource clock) {
        this.providers = List.copyOf(providers);
        this.discoveries = List.copyOf(discoveries);
        this.joining = new Joining(discoveries, check);
        this.assembly = assembly;
        this.check = check;
        this.subscribers = new Subscribers(subscribers);
        this.reporter = reporter;
        this.clock = clock;
    }

    /** Reads all providers once, then follows them, each on a thread of its own. */
    public FeedStatus start() {
        var first = readAll();
        for (var provider : providers) {
            threads.add(
                    Thread.ofVirtual()
                            .name("feed-" + provider.name())
                            .start(() -> follow(provider)));
        }
        for (var discovery : discoveries) {
            threads.add(
                    Thread.ofVirtual()
                            .name("feed-" + discovery.name())
                            .start(() -> follow(discovery)));
        }
        return first;
    }

    /** Reads all providers now and says what came of it. */
    public FeedStatus reload() {
        var result = readAll();
        reporter.accept(result);
        return result;
    }

    /** How the configuration stands; never waits. */
    public FeedStatus status() {
        return status;
    }

    /** Ends; when this returns, no provider is read any more, so that they may be closed. */
    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        try {
            for (var thread : threads) {
                thread.join(LAST_READ);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow(Provider provider) {
        follow(
                provider.name(),
                () -> {
                    provider.awaitChange();
                    reporter.accept(readAgain(provider));
                });
    }

    private void follow(Discovery discovery) {
        follow(
                discovery.name(),
                () -> {
                    discovery.awaitChange();
                    var before = status.found();
                    var now = findAgain();
                    // Most of what happens to containers concerns no route.
                    if (now.outcome() != Outcome.UNCHANGED || !now.found().equals(before)) {
                        reporter.accept(now);
                    }
                });
    }

    /** Waits for one change and takes it in. */
    private interface Step {
        void run() throws InterruptedException;
    }

    private void follow(String name, Step step) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                step.run();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                // A bug of a provider; the others go on, and so does this one, a little later.
                reporter.accept(broken(name, e));
                LockSupport.parkNanos(RETRY.toNanos());
            }
        }
    }

    private FeedStatus readAgain(Provider provider) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            fragments.put(provider.read());
            return attempt(provider.name());
        } finally {
            lock.unlock();
        }
    }

    /** Asks discoveries again, beside the fragments that are good. */
    private FeedStatus findAgain() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            var present = base;
            if (present == null) {
                return status;
            }
            var trial = offer(present, List.of());
            boolean isHeld = status.isRefused() && trial.isTaken();
            // What is wrong with the newest files stays told until they are read again.
            return conclude(
                    isHeld ? Outcome.REFUSED : trial.outcome,
                    trial,
                    trial.isTaken() ? status.problems() : trial.problems);
        } finally {
            lock.unlock();
        }
    }

    private FeedStatus readAll() {
        lock.lock();
        try {
            providers.forEach(provider -> fragments.put(provider.read()));
            return attempt(null);
        } finally {
            lock.unlock();
        }
    }

    /** Tries what there is, after this provider was read, or all. */
    private FeedStatus attempt(@Nullable String provider) {
        var problems = new ArrayList<>(fragments.problems());
        boolean sound = !Problem.anyError(problems);
        Trial first = null;
        for (var candidate : fragments.candidates(provider)) {
            var trial = tryOut(candidate);
            first = first == null ? trial : first;
            if (trial.isTaken()) {
                fragments.keep(candidate);
                problems.addAll(first.problems);
                boolean whole = sound && first.isTaken();
                return conclude(whole ? trial.outcome : Outcome.REFUSED, trial, problems);
            }
        }
        var refused = first == null ? Trial.refused(List.of()) : first;
        problems.addAll(refused.problems);
        return conclude(Outcome.REFUSED, refused, problems);
    }

    private Trial tryOut(List<Fragment> candidate) {
        var reading = assembly.assemble(candidate);
        var config = reading.config();
        var problems = new ArrayList<>(reading.problems());
        if (config == null) {
            return Trial.refused(problems);
        }
        problems.addAll(check.check(config, reading.places()));
        if (Problem.anyError(problems)) {
            return Trial.refused(problems);
        }
        var good = new Base(config, reading.places());
        var trial = offer(good, problems);
        if (trial.isTaken()) {
            base = good;
        }
        return trial;
    }

    /**
     * Offers a configuration, with what discoveries find beside it, to those who put it in force.
     */
    private Trial offer(Base good, List<Problem> before) {
        var joined = joining.join(good.config, good.places);
        var problems = new ArrayList<>(before);
        if (subscribers.isInForce(joined.config())) {
            return new Trial(Outcome.UNCHANGED, problems, joined.problems());
        }
        problems.addAll(subscribers.apply(joined.config(), joined.places()));
        return new Trial(
                Problem.anyError(problems) ? Outcome.REFUSED : Outcome.APPLIED,
                problems,
                joined.problems());
    }

    private FeedStatus conclude(Outcome outcome, Trial trial, List<Problem> problems) {
        var now = clock.instant();
        var before = status;
        boolean applied = trial.outcome == Outcome.APPLIED;
        status =
                new FeedStatus(
                        outcome,
                        before.generation() + (applied ? 1 : 0),
                        applied ? now : before.appliedAt(),
                        now,
                        problems,
                        trial.outcome == Outcome.REFUSED ? before.found() : trial.found);
        return status;
    }

    private FeedStatus broken(String provider, RuntimeException e) {
        var place = Place.of(new Source("provider " + provider, Path.of("")));
        var problem = Problem.error(place, "", "failed: " + e, "no failure; please report it");
        lock.lock();
        try {
            return conclude(Outcome.REFUSED, Trial.refused(List.of()), List.of(problem));
        } finally {
            lock.unlock();
        }
    }
}
