package dev.sallyport.acme.ondemand;

import dev.sallyport.acme.certificate.CertificateDemand;
import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.storage.AcmeFolder;
import dev.sallyport.config.model.GatewayConfig;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The door between handshakes and certificates on demand. Event loops ask here for a name: what
 * cannot be is refused at once, by looks at immutable values; the rest is handed to the {@link
 * Attendant}, a thread of its own, and the handshake waits. Control threads ask here which names
 * there are, and whether one may be renewed.
 */
public final class OnDemandGate implements CertificateDemand, AutoCloseable {
    /** Handshakes that wait, in all; each holds a hello of a few kilobytes. */
    static final int MOST_WAITING = 1024;

    private static final Duration YES_KEPT = Duration.ofMinutes(1);
    private static final Duration LOOK_AGAIN = Duration.ofHours(1);
    private static final Duration ASK_AGAIN = Duration.ofMinutes(10);

    private final CertificateStore store;
    private final Clock clock;
    private final KnownNames known;
    private final Refusals refusals = new Refusals();
    private final Map<Decision, LongAdder> decisions = new LinkedHashMap<>();
    private final Map<String, Instant> allowed = new java.util.concurrent.ConcurrentHashMap<>();
    private final BlockingQueue<Event> events = new LinkedTransferQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Allowance minute = new Allowance(Duration.ofMinutes(1));
    private final Allowance hour = new Allowance(Duration.ofHours(1));
    private volatile @Nullable Terms terms;
    private volatile Set<String> fixed = Set.of();
    private @Nullable Question question;

    /** What the attendant is told. */
    sealed interface Event {
        record Wanted(Waiter waiter) implements Event {}

        record Left(Waiter waiter) implements Event {}

        record Answered(String name, Question.Answer answer) implements Event {}

        /** An effort for this name is over. */
        record Ended(String name) implements Event {}

        /** This name is not to be renewed. */
        record Unwanted(String name, String reason) implements Event {}

        record Published() implements Event {}

        /** Another configuration is in force. */
        record Changed() implements Event {}
    }

    /**
     * Why a certificate is not ordered.
     *
     * @param until when to try again
     */
    public record Held(String reason, Instant until) {}

    public OnDemandGate(AcmeFolder folder, CertificateStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
        this.known = new KnownNames(folder);
        for (var decision : Decision.values()) {
            decisions.put(decision, new LongAdder());
        }
    }

    /**
     * Takes what a configuration says.
     *
     * @param obtained names that have a certificate of their own anyway
     * @return those that are on demand now, to be looked after
     */
    public List<String> serve(GatewayConfig config, Set<String> obtained) {
        var next = Terms.of(config);
        if (next != null && terms == null) {
            known.read();
        }
        fixed = Set.copyOf(obtained);
        terms = next;
        return names();
    }

    /** All that {@link #serve} returned is looked after now. */
    public void settled() {
        events.add(new Event.Changed());
    }

    /** Looks after what handshakes ask for until interrupted; to be run by a thread of its own. */
    public Runnable attendant(Orders orders) {
        return () -> {
            Runnable onChange = () -> events.add(new Event.Published());
            store.onChange(onChange);
            store.demand(this);
            try {
                new Attendant(this, orders, clock).run();
            } finally {
                if (equals(store.demand())) {
                    store.demand(null);
                }
                store.forget(onChange);
            }
        };
    }

    @Override
    public @Nullable Waiting want(String name, @Nullable InetAddress client, Runnable then) {
        var present = terms;
        if (present == null) {
            return null;
        }
        var refusal = refusal(name, present);
        if (refusal != null) {
            count(refusal);
            return null;
        }
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            count(Decision.BUSY);
            return null;
        }
        var waiter =
                new Waiter(
                        name,
                        client,
                        Network.of(client),
                        then,
                        present.settings().patience(),
                        each -> events.add(new Event.Left(each)));
        events.add(new Event.Wanted(waiter));
        return waiter;
    }

    private @Nullable Decision refusal(String name, Terms present) {
        if (NameRules.refusal(name) != null) {
            return Decision.BAD_NAME;
        }
        if (!present.hasRoute(name)) {
            return Decision.NO_ROUTE;
        }
        if (!present.isListed(name)) {
            return Decision.NOT_LISTED;
        }
        return refusals.find(name, clock.instant());
    }

    @Override
    public void used(String name) {
        if (terms != null) {
            known.used(name, clock.millis() / 1000);
        }
    }

    @Override
    public boolean isOnDemand(List<String> names) {
        return names.size() == 1 && isOnDemand(names.getFirst());
    }

    boolean isOnDemand(String name) {
        return known.contains(name) && !fixed.contains(name);
    }

    /** Whether the certificate of this name is obtained whether anybody asks or not. */
    boolean isFixed(String name) {
        return fixed.contains(name);
    }

    /** The names on demand that the present settings admit. */
    List<String> names() {
        var present = terms;
        var names = new ArrayList<String>();
        if (present != null) {
            for (var name : known.names()) {
                if (present.admits(name) && !fixed.contains(name)) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    /**
     * Whether a certificate of these names may be ordered or renewed now: who allowed it is asked
     * again, and what no client uses is not. Blocking.
     *
     * @return null when it may be
     */
    public @Nullable Held held(List<String> names, boolean isRenewal) throws InterruptedException {
        var present = terms;
        if (present == null || !isOnDemand(names)) {
            return null;
        }
        var name = names.getFirst();
        var now = clock.instant();
        var last = known.lastUsed(name);
        var settings = present.settings();
        if (isRenewal && last != null && last.plus(settings.unusedAfter()).isBefore(now)) {
            var reason = "no client used it since " + last;
            events.add(new Event.Unwanted(name, reason));
            return new Held(reason, now.plus(LOOK_AGAIN));
        }
        var answer = ask(present, name, null);
        var decision = answer.decision();
        return decision == null
                ? null
                : new Held(
                        answer.reason(), now.plus(decision.isPassing() ? ASK_AGAIN : LOOK_AGAIN));
    }

    /** Asks whoever knows; a yes is kept for a while. Blocking. */
    Question.Answer ask(Terms present, String name, @Nullable InetAddress client)
            throws InterruptedException {
        if (!present.asks() || isAllowed(name)) {
            return Question.Answer.YES;
        }
        var service = present.settings().ask();
        var answer =
                service == null
                        ? Question.Answer.YES
                        : question().ask(service, present.settings().askTimeout(), name, client);
        if (answer.decision() == null) {
            // Last, so that strangers cannot have DNS asked about names that nobody knows.
            answer = ResolvesTo.ask(present, name);
        }
        if (answer.decision() == null) {
            var now = clock.instant();
            allowed.values().removeIf(until -> !until.isAfter(now));
            allowed.put(name, now.plus(YES_KEPT));
        }
        return answer;
    }

    boolean isAllowed(String name) {
        var until = allowed.get(name);
        return until != null && until.isAfter(clock.instant());
    }

    private synchronized Question question() {
        var present = question;
        if (present == null) {
            present = new Question();
            question = present;
        }
        return present;
    }

    /** An effort for these names is over, whatever came of it. */
    public void ended(List<String> names) {
        if (names.size() == 1 && terms != null) {
            events.add(new Event.Ended(names.getFirst()));
        }
    }

    @Nullable Terms terms() {
        return terms;
    }

    KnownNames known() {
        return known;
    }

    /** New names of the last minute. */
    Allowance minute() {
        return minute;
    }

    /** New names of the last hour. */
    Allowance hour() {
        return hour;
    }

    Refusals refusals() {
        return refusals;
    }

    BlockingQueue<Event> events() {
        return events;
    }

    /** Whether a certificate of this very name is there and not over. */
    boolean isServed(String name) {
        var found = store.find(name);
        return found != null && found.notAfter().isAfter(clock.instant());
    }

    /** A handshake waits no longer. */
    void freed() {
        waiting.decrementAndGet();
    }

    void count(Decision decision) {
        var counter = decisions.get(decision);
        if (counter != null) {
            counter.increment();
        }
    }

    /** What became of hellos, counted. */
    public void decisions(ObjLongConsumer<String> taker) {
        decisions.forEach((decision, count) -> taker.accept(decision.word(), count.sum()));
    }

    /** How many names have, or are to have, a certificate on demand. */
    public int size() {
        return known.size();
    }

    /** How many handshakes wait. */
    public int waiting() {
        return waiting.get();
    }

    /** How things stand, for people; null when the configuration wants none. */
    public @Nullable Map<String, Object> tree() {
        var present = terms;
        if (present == null) {
            return null;
        }
        var tree = new LinkedHashMap<String, Object>();
        tree.put("names", known.size());
        tree.put("most-names", present.settings().mostNames());
        var now = clock.instant();
        tree.put("new-this-minute", minute.size(now));
        tree.put("per-minute", present.settings().perMinute());
        tree.put("new-this-hour", hour.size(now));
        tree.put("per-hour", present.settings().perHour());
        tree.put("waiting", waiting());
        tree.put("refused", refusals.trees(now));
        return tree;
    }

    @Override
    public synchronized void close() {
        var present = question;
        if (present != null) {
            present.close();
        }
    }
}
