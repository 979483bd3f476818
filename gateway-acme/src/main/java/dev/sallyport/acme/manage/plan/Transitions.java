package dev.sallyport.acme.manage.plan;

import dev.sallyport.acme.issue.CaException;
import dev.sallyport.acme.issue.CaException.Kind;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How efforts change what is remembered of them: state and event give the next state. Pure. */
public final class Transitions {
    private static final int FAILURES_PER_ISSUER = 2;

    private Transitions() {}

    /**
     * An effort failed.
     *
     * @param facts of the certificate in force; null when there is none
     * @param issuers how many authorities there are
     */
    public static CertificateState failed(
            CertificateState state,
            CaException failure,
            RenewalPlanner.@Nullable Facts facts,
            int issuers,
            Instant now,
            RandomGenerator random) {
        int failures = state.failures() + 1;
        int here = state.failuresHere() + 1;
        int issuer = state.issuer();
        var next = RetryTable.next(failure, failures, facts, now, random);
        if (issuers > 1 && isUrgent(facts, now) && movesOn(failure.kind(), here)) {
            issuer = (issuer + 1) % issuers;
            here = 0;
            if (issuer != 0) {
                next = now; // all were asked only once the first one's turn comes again
            }
        }
        return new CertificateState(
                failures,
                here,
                failure.kind(),
                failure.getMessage(),
                now,
                next,
                issuer,
                state.forced(),
                state.renewal(),
                null);
    }

    /** A certificate was issued; the preferred authority is asked first the next time. */
    public static CertificateState issued(CertificateState ignored) {
        return CertificateState.NEW;
    }

    /** Our own fuse holds an effort back until then. */
    public static CertificateState held(
            CertificateState state, String reason, Instant until, Instant now) {
        return new CertificateState(
                state.failures(),
                state.failuresHere(),
                Kind.LOCAL,
                reason,
                now,
                until,
                state.issuer(),
                CertificateState.Force.NO,
                state.renewal(),
                null);
    }

    /** Nothing is served, or what is served ends soon. */
    private static boolean isUrgent(RenewalPlanner.@Nullable Facts facts, Instant now) {
        return facts == null || facts.remaining(now).compareTo(facts.lifetime().dividedBy(4)) < 0;
    }

    private static boolean movesOn(Kind kind, int here) {
        return switch (kind) {
            case RATE_LIMITED, HUMAN, ACCOUNT -> true;
            case NETWORK, VALIDATION, ORDER -> here >= FAILURES_PER_ISSUER;
            case LOCAL -> false; // the next one would fare no better
        };
    }
}
