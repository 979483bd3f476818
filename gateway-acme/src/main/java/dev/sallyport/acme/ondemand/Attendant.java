package dev.sallyport.acme.ondemand;

import dev.sallyport.acme.ondemand.OnDemandGate.Event;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about names that handshakes ask for, one event at a time: each name is asked about and
 * ordered once, however many wait for it. All it knows belongs to its thread.
 */
final class Attendant implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Attendant.class);

    /** Handshakes of one client network that wait. */
    static final int MOST_OF_ONE = 64;

    /** Names asked about at the same time, in a minute, and in a minute by one network. */
    static final int MOST_ASKED = 8;

    static final int ASKED_PER_MINUTE = 600;
    static final int ASKED_BY_ONE = 60;

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration LOOK_AT_OTHERS = Duration.ofSeconds(2);
    private static final Duration LONGEST_FLIGHT = Duration.ofMinutes(10);

    /** What never got a certificate is forgotten when nobody asked for it for so long. */
    private static final Duration HOPELESS = Duration.ofDays(1);

    /** An answer that did not come may come soon. */
    private static final Duration UNANSWERED_KEPT = Duration.ofSeconds(10);

    private final OnDemandGate gate;
    private final Orders orders;
    private final Clock clock;
    private final PublicSuffixes suffixes = PublicSuffixes.ofJdk();
    private final Map<String, Flight> flights = new LinkedHashMap<>();
    private final Map<Network, Integer> waiting = new HashMap<>();
    private final Allowance asks = new Allowance(MINUTE);
    private final Allowance minute;
    private final Allowance hour;
    private Instant sweepAt = Instant.MIN;
    private Instant flightsAt = Instant.MIN;
    private boolean wasOwner;
    private int asking;

    /** One name that is asked about or ordered, and who waits for it. */
    private static final class Flight {
        private final String name;
        private final @Nullable InetAddress client;
        private final Network network;
        private final Instant since;
        private final Set<Waiter> waiters = new LinkedHashSet<>();
        private boolean isOrdered;

        Flight(Waiter first, Instant since) {
            this.name = first.name();
            this.client = first.client();
            this.network = first.network();
            this.since = since;
        }
    }

    Attendant(OnDemandGate gate, Orders orders, Clock clock) {
        this.gate = gate;
        this.orders = orders;
        this.clock = clock;
        this.minute = gate.minute();
        this.hour = gate.hour();
        // A process that is restarted again and again has no more new names than one that is not.
        for (var name : gate.known().names()) {
            var first = gate.known().first(name);
            if (first != null) {
                minute.take(Network.of(null), first);
                hour.take(Network.of(null), first);
            }
        }
    }

    @Override
    public void run() {
        try {
            while (true) {
                var event = gate.events().poll(LOOK_AT_OTHERS.toMillis(), TimeUnit.MILLISECONDS);
                try {
                    look();
                    if (event != null) {
                        handle(event);
                    }
                } catch (RuntimeException e) {
                    log.error("certificates on demand not looked after", e);
                }
            }
        } catch (InterruptedException e) {
            keep();
            flights.values().forEach(this::answer);
            Thread.currentThread().interrupt();
        }
    }

    private void handle(Event event) {
        switch (event) {
            case Event.Wanted(var waiter) -> wanted(waiter);
            case Event.Left(var waiter) -> left(waiter);
            case Event.Answered(var name, var answer) -> answered(name, answer);
            case Event.Ended(var name) -> ended(name);
            case Event.Unwanted(var name, var reason) -> forget(name, reason);
            case Event.Published _ -> published();
            case Event.Changed _ -> takeAll();
        }
    }

    private void wanted(Waiter waiter) {
        var name = waiter.name();
        int ofOne = waiting.merge(waiter.network(), 1, Integer::sum);
        var flight = flights.get(name);
        gate.used(name);
        if (ofOne > MOST_OF_ONE) {
            refuse(name, Decision.BUSY, "too many handshakes of one client network wait");
            free(waiter);
        } else if (flight != null) {
            gate.count(Decision.JOINED);
            flight.waiters.add(waiter);
        } else if (gate.isServed(name)) {
            free(waiter);
        } else {
            var begun = new Flight(waiter, clock.instant());
            begun.waiters.add(waiter);
            flights.put(name, begun);
            begin(begun);
        }
    }

    private void left(Waiter waiter) {
        var flight = flights.get(waiter.name());
        if (flight != null && flight.waiters.remove(waiter)) {
            leave(waiter);
        }
    }

    private void begin(Flight flight) {
        var name = flight.name;
        var present = gate.terms();
        if (present == null) {
            end(flight);
        } else if (!orders.isOwner()) {
            refuse(flight, Decision.NOT_OWNER, "another process on this folder orders");
        } else if (gate.isFixed(name) || gate.known().contains(name)) {
            order(flight);
        } else {
            var suffix = suffixes.refusal(name);
            var refusal = refusal(flight, present);
            if (suffix != null) {
                refuse(flight, Decision.PUBLIC_SUFFIX, suffix);
            } else if (refusal != null) {
                refuse(flight, refusal, reason(refusal));
            } else if (!present.asks() || gate.isAllowed(name)) {
                admit(flight, present);
            } else {
                ask(flight, present);
            }
        }
    }

    /** What keeps a new name from being ordered, whoever allows it. */
    private @Nullable Decision refusal(Flight flight, Terms present) {
        var settings = present.settings();
        var now = clock.instant();
        int perMinute = settings.perMinute();
        if (gate.known().size() >= settings.mostNames()) {
            return Decision.FULL;
        }
        return minute.hasRoom(flight.network, perMinute, Math.max(1, perMinute / 2), now)
                        && hour.hasRoom(flight.network, settings.perHour(), settings.perHour(), now)
                ? null
                : Decision.TOO_MANY_NEW;
    }

    private static String reason(Decision refusal) {
        return refusal == Decision.FULL
                ? "acme.on-demand.most-names is reached"
                : "acme.on-demand.per-minute or per-hour is reached";
    }

    private void ask(Flight flight, Terms present) {
        var now = clock.instant();
        if (asking >= MOST_ASKED
                || !asks.hasRoom(flight.network, ASKED_PER_MINUTE, ASKED_BY_ONE, now)) {
            refuse(flight, Decision.BUSY, "too many names are asked about");
            return;
        }
        asking++;
        asks.take(flight.network, now);
        Thread.ofVirtual()
                .name("on-demand-ask")
                .start(() -> {
                    try {
                        var answer = gate.ask(present, flight.name, flight.client);
                        gate.events().add(new Event.Answered(flight.name, answer));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException e) {
                        gate.events()
                                .add(
                                        new Event.Answered(
                                                flight.name,
                                                new Question.Answer(
                                                        Decision.UNANSWERED, "ask failed: " + e)));
                    }
                });
    }

    private void answered(String name, Question.Answer answer) {
        asking--;
        var flight = flights.get(name);
        var present = gate.terms();
        if (flight == null || present == null) {
            return;
        }
        var decision = answer.decision();
        if (decision == null) {
            admit(flight, present);
        } else {
            refuse(flight, decision, answer.reason());
        }
    }

    /** It may have one: it is known from now on, on the disk before anything is ordered. */
    private void admit(Flight flight, Terms present) {
        var refusal = refusal(flight, present); // others were admitted meanwhile
        if (refusal != null) {
            refuse(flight, refusal, reason(refusal));
            return;
        }
        var now = clock.instant();
        try {
            gate.known().add(flight.name, now);
        } catch (IOException e) {
            refuse(flight, Decision.STORAGE, "storage: " + e.getMessage());
            return;
        }
        minute.take(flight.network, now);
        hour.take(flight.network, now);
        gate.count(Decision.ORDERED);
        log.info("certificate on demand name={} client={}", flight.name, flight.client);
        order(flight);
    }

    private void order(Flight flight) {
        switch (orders.take(flight.name)) {
            case SERVED -> end(flight);
            case UNDER_WAY -> flight.isOrdered = true;
            case FAILED ->
                    refuse(
                            flight,
                            Decision.FAILED,
                            "the last effort failed; certs show tells why and when the next is");
        }
    }

    private void ended(String name) {
        var flight = flights.get(name);
        if (flight == null || !flight.isOrdered) {
            return;
        }
        if (gate.isServed(name)) {
            end(flight);
        } else {
            order(flight); // another authority may be next, at once
        }
    }

    private void published() {
        for (var flight : List.copyOf(flights.values())) {
            if (gate.isServed(flight.name)) {
                end(flight);
            }
        }
    }

    private void refuse(Flight flight, Decision decision, String reason) {
        refuse(flight.name, decision, reason);
        end(flight);
    }

    private void refuse(String name, Decision decision, String reason) {
        gate.count(decision);
        var present = gate.terms();
        var now = clock.instant();
        var kept =
                decision.isPassing() || present == null
                        ? UNANSWERED_KEPT
                        : present.settings().refusedFor();
        gate.refusals().add(name, decision, reason, now.plus(kept), now);
    }

    private void end(Flight flight) {
        flights.remove(flight.name);
        answer(flight);
    }

    private void answer(Flight flight) {
        for (var waiter : List.copyOf(flight.waiters)) {
            free(waiter);
        }
        flight.waiters.clear();
    }

    private void free(Waiter waiter) {
        leave(waiter);
        try {
            waiter.then().run();
        } catch (RejectedExecutionException e) {
            log.debug("handshake gone with its loop name={}", waiter.name());
        }
    }

    private void leave(Waiter waiter) {
        waiting.computeIfPresent(
                waiter.network(), (_, count) -> count <= 1 ? null : Integer.valueOf(count - 1));
        gate.freed();
    }

    private void takeAll() {
        for (var name : gate.names()) {
            orders.take(name);
        }
    }

    /** What is to be done now and then. */
    private void look() {
        boolean isOwner = orders.isOwner();
        if (isOwner != wasOwner || !isOwner) {
            wasOwner = isOwner;
            if (gate.terms() != null && gate.known().read()) {
                takeAll();
            }
        }
        var now = clock.instant();
        if (!flightsAt.isAfter(now)) {
            flightsAt = now.plus(MINUTE);
            for (var flight : List.copyOf(flights.values())) {
                if (flight.since.plus(LONGEST_FLIGHT).isBefore(now)) {
                    end(flight);
                }
            }
        }
        if (isOwner && !sweepAt.isAfter(now)) {
            sweepAt = now.plus(HOUR);
            sweep(now);
        }
    }

    private void sweep(Instant now) {
        for (var name : new ArrayList<>(gate.known().names())) {
            var last = gate.known().lastUsed(name);
            if (last != null && last.plus(HOPELESS).isBefore(now) && !gate.isServed(name)) {
                forget(name, "there is no certificate, and no client asked since " + last);
            }
        }
        keep();
    }

    private void forget(String name, String reason) {
        if (gate.isFixed(name) || !gate.known().contains(name)) {
            return;
        }
        gate.known().remove(name);
        log.info("certificate on demand given up name={} reason={}", name, reason);
        orders.drop(name);
        keep();
    }

    private void keep() {
        try {
            if (gate.terms() != null && wasOwner) {
                gate.known().write();
            }
        } catch (IOException e) {
            log.warn("names on demand not kept error={}", e.toString());
        }
    }
}
