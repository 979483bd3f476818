package dev.sallyport.core.upstream.care;

import dev.sallyport.config.model.Dns;
import dev.sallyport.core.upstream.care.Lookup.Family;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known about names, shared by all upstreams and kept over reloads.
 *
 * <p>An answer holds for its own time within the bounds of the settings, also the answer that there
 * is nothing. When no server answers, the last good addresses stay. When a server says that a name
 * with good addresses has none any more, it is asked once more before they are given up: the
 * address may be somebody else's by then, and a slip of a server must not end an upstream.
 */
public final class Names {
    private static final int NEGATIVES_TO_GIVE_UP = 2;

    /** An upstream without addresses is down; its zone must not keep it so for minutes. */
    private static final Duration LONGEST_NEGATIVE = Duration.ofSeconds(30);

    private final LongSupplier nanoClock;
    private final Map<Question, Entry> entries = new ConcurrentHashMap<>();
    private volatile Servers servers;

    Names(Lookup lookup, Dns settings, LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.servers = new Servers(lookup, settings);
    }

    /** Asks by these settings from now on; what is known stays known. */
    public void use(Dns settings) {
        if (!settings.equals(servers.settings())) {
            servers = new Servers(DnsLookup.ofThisMachine(settings), settings);
        }
    }

    /** Forgets the names that are not among these. */
    public void keepOnly(Set<String> names) {
        entries.keySet().removeIf(question -> !names.contains(question.name()));
    }

    /** What is known, after asking when that has run out. */
    Resolution resolve(String name, Family family) throws InterruptedException {
        Question question = new Question(name, family);
        Entry entry = entries.computeIfAbsent(question, first -> new Entry(nanoClock.getAsLong()));
        entry.lock.lockInterruptibly();
        try {
            if (nanoClock.getAsLong() - entry.until >= 0) {
                Servers asked = servers;
                Lookup.Answer answer = asked.lookup().ask(name, family);
                Duration holds = entry.learn(answer, asked.settings());
                entry.until = nanoClock.getAsLong() + holds.toNanos();
            }
            return entry.resolution(nanoClock.getAsLong());
        } finally {
            entry.lock.unlock();
        }
    }

    /**
     * The addresses of a name.
     *
     * @param again when to ask next
     * @param problem why these are not fresh, or there are none; null when all is well
     * @param hasFailed whether the problem is that nobody answered
     */
    record Resolution(
            List<InetAddress> addresses,
            Duration again,
            @Nullable String problem,
            boolean hasFailed) {}

    private record Question(String name, Family family) {}

    private record Servers(Lookup lookup, Dns settings) {}

    private static final class Entry {
        private final ReentrantLock lock = new ReentrantLock();
        private List<InetAddress> good = List.of();
        private int negatives;
        private @Nullable String problem;
        private boolean hasFailed;
        private long until;

        Entry(long now) {
            until = now;
        }

        /** Takes an answer in; how long not to ask again. */
        Duration learn(Lookup.Answer answer, Dns settings) {
            hasFailed = answer instanceof Lookup.Failed;
            return switch (answer) {
                case Lookup.Found(List<InetAddress> addresses, Duration ttl) -> {
                    good = addresses;
                    negatives = 0;
                    problem = null;
                    yield clamp(ttl, settings);
                }
                case Lookup.Missing(String reason, Duration ttl) -> {
                    negatives++;
                    problem = reason;
                    if (!good.isEmpty() && negatives < NEGATIVES_TO_GIVE_UP) {
                        yield settings.minTtl();
                    }
                    good = List.of();
                    yield clamp(
                            ttl.compareTo(LONGEST_NEGATIVE) < 0 ? ttl : LONGEST_NEGATIVE, settings);
                }
                case Lookup.Failed(String reason) -> {
                    problem = reason;
                    yield settings.minTtl();
                }
            };
        }

        Resolution resolution(long now) {
            return new Resolution(
                    good, Duration.ofNanos(Math.max(until - now, 0)), problem, hasFailed);
        }

        private static Duration clamp(Duration ttl, Dns settings) {
            if (ttl.compareTo(settings.minTtl()) < 0) {
                return settings.minTtl();
            }
            return ttl.compareTo(settings.maxTtl()) > 0 ? settings.maxTtl() : ttl;
        }
    }
}
