package dev.sallyport.config.feed;

import dev.sallyport.config.check.ConfigCheck;
import dev.sallyport.config.feed.FeedStatus.Outcome;
import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.problem.Source;
import dev.sallyport.config.provider.Assembly;
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
    private final Assembly assembly;
    private final ConfigCheck check;
    private final Subscribers subscribers;
    private final Consumer<FeedStatus> reporter;
    private final InstantSource clock;

    private final ReentrantLock lock = new ReentrantLock();
    private final Fragments fragments = new Fragments();
    private final List<Thread> threads = new ArrayList<>();
    private volatile FeedStatus status = new FeedStatus(Outcome.NONE, 0, null, null, List.of());

    /** What came of trying one set of fragments. */
    private record Trial(Outcome outcome, List<Problem> problems) {
        boolean isTaken() {
            return outcome != Outcome.REFUSED;
        }
    }

    /**
     * A feed that has read nothing yet.
     *
     * @param subscribers in the order they are told; one that refuses has the earlier ones told to
     *     go back
     * @param reporter told of each attempt after the first, for the log
     */
    public ConfigFeed(
            List<? extends Provider> providers,
            Assembly assembly,
            ConfigCheck check,
            List<? extends ConfigSubscriber> subscribers,
            Consumer<FeedStatus> reporter,
            InstantSource clock) {
        this.providers = List.copyOf(providers);
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
        while (!Thread.currentThread().isInterrupted()) {
            try {
                provider.awaitChange();
                reporter.accept(readAgain(provider));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                // A bug of a provider; the others go on, and so does this one, a little later.
                reporter.accept(broken(provider, e));
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
        var refused = first == null ? new Trial(Outcome.REFUSED, List.of()) : first;
        problems.addAll(refused.problems);
        return conclude(Outcome.REFUSED, refused, problems);
    }

    private Trial tryOut(List<Fragment> candidate) {
        var reading = assembly.assemble(candidate);
        var config = reading.config();
        var problems = new ArrayList<>(reading.problems());
        if (config == null) {
            return new Trial(Outcome.REFUSED, problems);
        }
        problems.addAll(check.check(config, reading.places()));
        if (Problem.anyError(problems)) {
            return new Trial(Outcome.REFUSED, problems);
        }
        if (subscribers.isInForce(config)) {
            return new Trial(Outcome.UNCHANGED, problems);
        }
        problems.addAll(subscribers.apply(config, reading.places()));
        return new Trial(Problem.anyError(problems) ? Outcome.REFUSED : Outcome.APPLIED, problems);
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
                        problems);
        return status;
    }

    private FeedStatus broken(Provider provider, RuntimeException e) {
        var place = Place.of(new Source("provider " + provider.name(), Path.of("")));
        var problem = Problem.error(place, "", "failed: " + e, "no failure; please report it");
        lock.lock();
        try {
            return conclude(
                    Outcome.REFUSED, new Trial(Outcome.REFUSED, List.of()), List.of(problem));
        } finally {
            lock.unlock();
        }
    }
}
