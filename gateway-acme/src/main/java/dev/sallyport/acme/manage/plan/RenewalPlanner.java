package dev.sallyport.acme.manage.plan;

import dev.sallyport.acme.issue.AcmePort;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When a certificate is renewed. Pure: what the authority suggests goes first (RFC 9773), when it
 * is said of this very certificate and makes sense; else a share of the lifetime; and in any case
 * long before the end.
 */
public final class RenewalPlanner {
    private static final Duration SHORT_LIFETIME = Duration.ofDays(10);
    private static final Duration NEAR_END = Duration.ofHours(12);
    private static final Duration YOUNG = Duration.ofHours(1);
    private static final Duration ASK_USUALLY = Duration.ofHours(6);
    private static final Duration ASK_MOST_OFTEN = Duration.ofMinutes(1);
    private static final Duration ASK_LEAST_OFTEN = Duration.ofHours(24);

    private RenewalPlanner() {}

    /**
     * What a plan needs to know of a certificate.
     *
     * @param issuedAt by our clock; authorities backdate
     * @param renewalId null when its authority cannot be asked about it
     */
    public record Facts(
            Instant notBefore, Instant notAfter, Instant issuedAt, @Nullable String renewalId) {
        public Duration lifetime() {
            return Duration.between(notBefore, notAfter);
        }

        public Duration remaining(Instant now) {
            return Duration.between(now, notAfter);
        }
    }

    /** Why then. */
    public enum Reason {
        AUTHORITY("the authority suggests it"),
        LIFETIME("a share of its lifetime is left"),
        END("its end is near");

        private final String words;

        Reason(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /** When, and why then. */
    public record Plan(Instant renewAt, Reason reason) {}

    public static Plan plan(Facts facts, CertificateState.@Nullable Renewal renewal) {
        var lifetime = facts.lifetime();
        var end = facts.notAfter().minus(nearEnd(lifetime));
        Plan plan;
        if (renewal != null && isUsable(facts, renewal)) {
            plan = new Plan(renewal.selected(), Reason.AUTHORITY);
        } else {
            var left = lifetime.dividedBy(lifetime.compareTo(SHORT_LIFETIME) < 0 ? 2 : 3);
            plan =
                    new Plan(
                            facts.notAfter().minus(left).minus(jitter(facts, lifetime)),
                            Reason.LIFETIME);
        }
        if (plan.renewAt().isAfter(end)) {
            plan = new Plan(end, Reason.END);
        }
        // An authority that revokes moves the window; a loop of ours must not begin that way.
        var earliest =
                facts.issuedAt()
                        .plus(
                                plan.reason() == Reason.AUTHORITY
                                        ? atMostAQuarter(YOUNG, lifetime)
                                        : young(lifetime));
        return plan.renewAt().isBefore(earliest) ? new Plan(earliest, plan.reason()) : plan;
    }

    /** Whether the end is so near that nothing else counts. */
    public static boolean isNearEnd(Facts facts, Instant now) {
        return now.isAfter(facts.notAfter().minus(nearEnd(facts.lifetime())));
    }

    /** The window of another certificate, or one that makes no sense, is no advice. */
    public static boolean isUsable(Facts facts, CertificateState.Renewal renewal) {
        return renewal.id().equals(facts.renewalId())
                && renewal.start().isBefore(renewal.end())
                && !renewal.end().isAfter(facts.notAfter())
                && renewal.start().isAfter(facts.issuedAt());
    }

    /** What to remember of an answer: the moment is drawn once, and drawn anew for a new window. */
    public static CertificateState.Renewal renewal(
            String id,
            AcmePort.RenewalWindow window,
            CertificateState.@Nullable Renewal before,
            Instant now,
            RandomGenerator random) {
        long width = Duration.between(window.start(), window.end()).toMillis();
        var selected =
                before != null
                                && before.id().equals(id)
                                && before.start().equals(window.start())
                                && before.end().equals(window.end())
                        ? before.selected()
                        : window.start().plusMillis(width > 0 ? random.nextLong(width) : 0);
        return new CertificateState.Renewal(
                id,
                window.start(),
                window.end(),
                selected,
                window.explanation(),
                askAgain(window.retryAfter(), now));
    }

    /** When to ask an authority again; its wish is kept within bounds. */
    public static Instant askAgain(@Nullable Instant wish, Instant now) {
        var in = wish == null ? ASK_USUALLY : Duration.between(now, wish);
        return now.plus(
                in.compareTo(ASK_MOST_OFTEN) < 0
                        ? ASK_MOST_OFTEN
                        : in.compareTo(ASK_LEAST_OFTEN) > 0 ? ASK_LEAST_OFTEN : in);
    }

    private static Duration nearEnd(Duration lifetime) {
        var tenth = lifetime.dividedBy(10);
        return atMostAQuarter(tenth.compareTo(NEAR_END) > 0 ? tenth : NEAR_END, lifetime);
    }

    private static Duration young(Duration lifetime) {
        var twentieth = lifetime.dividedBy(20);
        return atMostAQuarter(twentieth.compareTo(YOUNG) > 0 ? twentieth : YOUNG, lifetime);
    }

    private static Duration atMostAQuarter(Duration wanted, Duration lifetime) {
        var most = lifetime.dividedBy(4);
        return wanted.compareTo(most) > 0 ? most : wanted;
    }

    /** Up to a twentieth of the lifetime, the same each time for one certificate. */
    private static Duration jitter(Facts facts, Duration lifetime) {
        var seed = facts.renewalId() == null ? facts.notAfter().toString() : facts.renewalId();
        return lifetime.dividedBy(20)
                .multipliedBy(Math.floorMod(seed.hashCode(), 1000))
                .dividedBy(1000);
    }
}
