package dev.sallyport.acme.manage;

import dev.sallyport.acme.issue.AcmePort;
import dev.sallyport.acme.issue.Authority;
import dev.sallyport.acme.issue.CaException;
import dev.sallyport.acme.manage.plan.CertificateState;
import dev.sallyport.acme.manage.plan.RenewalPlanner;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks authorities when a certificate should be renewed. No answer never keeps from renewing. */
final class RenewalChecks {
    private static final Logger log = LoggerFactory.getLogger(RenewalChecks.class);
    private static final Duration AGAIN_WITHOUT = Duration.ofHours(24);
    private static final Duration AGAIN_AFTER_FAILURE = Duration.ofHours(1);
    private static final Duration SPREAD = Duration.ofMinutes(1);
    private static final Duration PACE = Duration.ofMillis(100);

    private final AcmePort.Opener opener;
    private final Clock clock;
    private final RandomGenerator random;

    /** Of these questions alone: that they are not answered keeps nobody from ordering. */
    private final CaHealth health;

    RenewalChecks(AcmePort.Opener opener, Clock clock, RandomGenerator random) {
        this.opener = opener;
        this.clock = clock;
        this.random = random;
        this.health = new CaHealth(clock);
    }

    /**
     * Over how many milliseconds the questions about so many are spread that might all be asked at
     * once: a minute, or ten a second.
     */
    static long spread(int certificates) {
        return Math.max(SPREAD.toMillis(), PACE.toMillis() * certificates);
    }

    /** What is asked about. */
    record Question(
            @Nullable String renewalId,
            @Nullable String authority,
            CertificateState.@Nullable Renewal before) {
        static Question of(ManagedCertificate certificate) {
            var facts = certificate.facts();
            var meta = certificate.meta();
            return new Question(
                    facts == null ? null : facts.renewalId(),
                    meta == null ? null : meta.authority(),
                    certificate.state().renewal());
        }
    }

    /**
     * What came of it.
     *
     * @param result one word for metrics
     * @param renewal null when there is nothing to remember
     */
    record Answer(String result, CertificateState.@Nullable Renewal renewal, Instant askAgain) {}

    Answer ask(Question question, AcmeSettings settings) {
        var now = clock.instant();
        var id = question.renewalId();
        var authority = find(question.authority(), settings);
        if (id == null || authority == null) {
            return new Answer("not-asked", null, now.plus(AGAIN_WITHOUT));
        }
        var closed = health.closedUntil(authority.name());
        if (closed != null) {
            var spread = spread(settings.wanted().size());
            return new Answer("put-off", null, closed.plusMillis(random.nextLong(spread)));
        }
        try {
            var port = opener.connect(authority);
            if (!port.terms().hasRenewalInfo()) {
                health.answered(authority.name());
                return new Answer("unsupported", null, now.plus(AGAIN_WITHOUT));
            }
            var window = port.renewalInfo(id);
            health.answered(authority.name());
            if (!window.start().isBefore(window.end())) {
                return new Answer("nonsense", null, now.plus(AGAIN_AFTER_FAILURE));
            }
            var renewal =
                    RenewalPlanner.renewal(id, window, question.before(), clock.instant(), random);
            return new Answer("ok", renewal, renewal.askAgain());
        } catch (CaException e) {
            health.failed(authority.name(), e);
            var wish = e.retryAfter();
            return new Answer(
                    "failed",
                    null,
                    wish == null
                            ? now.plus(AGAIN_AFTER_FAILURE)
                            : RenewalPlanner.askAgain(wish, now));
        }
    }

    /** Remembers an answer; true when it moves a window that was known. */
    static boolean take(ManagedCertificate certificate, Answer answer) {
        certificate.asksAt(answer.askAgain());
        var before = certificate.state().renewal();
        var after = answer.renewal();
        if (after == null) {
            return false;
        }
        boolean isMoved =
                before != null
                        && before.id().equals(after.id())
                        && !before.selected().equals(after.selected());
        if (isMoved) {
            log.warn(
                    "certificate renewal window changed id={} start={} end={} explanation={}",
                    certificate.spec().id(),
                    after.start(),
                    after.end(),
                    after.explanation());
        }
        certificate.state(certificate.state().withRenewal(after));
        return isMoved;
    }

    private static @Nullable Authority find(@Nullable String directory, AcmeSettings settings) {
        for (var authority : settings.authorities()) {
            if (authority.directory().toString().equals(directory)) {
                return authority;
            }
        }
        return null;
    }
}
