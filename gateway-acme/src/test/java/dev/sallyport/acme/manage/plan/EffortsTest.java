package dev.sallyport.acme.manage.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.issue.CaException;
import dev.sallyport.acme.issue.CaException.Kind;
import dev.sallyport.acme.storage.History;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What follows from failures: when, by whom, and what ends a loop. */
final class EffortsTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    @Test
    void waitsLongerWithEachFailure() {
        var state = CertificateState.NEW;
        var before = Duration.ZERO;
        for (int i = 0; i < 6; i++) {
            state = failed(state, failure(Kind.NETWORK, null), null, 1);
            var wait = Duration.between(NOW, state.notBefore());
            assertThat(wait).isGreaterThan(before);
            before = wait;
        }
        assertThat(before).isLessThan(Duration.ofHours(1));
    }

    @Test
    void neverAsksEarlierThanTheAuthorityWishes() {
        var wish = NOW.plus(Duration.ofHours(3));

        var state = failed(CertificateState.NEW, failure(Kind.RATE_LIMITED, wish), null, 1);

        assertThat(state.notBefore()).isBetween(wish, wish.plus(Duration.ofMinutes(20)));
    }

    @Test
    void neverAsksAtOnceWhateverTheClocksSay() {
        var wish = NOW.minus(Duration.ofHours(2));

        var state = failed(CertificateState.NEW, failure(Kind.RATE_LIMITED, wish), null, 1);

        assertThat(state.notBefore()).isAfter(NOW);
    }

    @Test
    void triesMoreOftenWhileLessTimeIsLeft() {
        var facts =
                new RenewalPlanner.Facts(
                        NOW.minus(Duration.ofHours(140)),
                        NOW.plus(Duration.ofHours(20)),
                        NOW.minus(Duration.ofHours(140)),
                        null);
        var state = CertificateState.NEW;
        for (int i = 0; i < 6; i++) {
            state = failed(state, failure(Kind.VALIDATION, null), facts, 1);
        }
        assertThat(Duration.between(NOW, state.notBefore())).isLessThan(Duration.ofHours(4));
    }

    @Test
    void asksTheNextAuthorityAtOnceWhenThereIsNoCertificate() {
        var limited = failed(CertificateState.NEW, failure(Kind.RATE_LIMITED, NOW), null, 2);

        assertThat(limited.issuer()).isEqualTo(1);
        assertThat(limited.notBefore()).isEqualTo(NOW);

        var both = failed(limited, failure(Kind.RATE_LIMITED, NOW), null, 2);

        assertThat(both.issuer()).isZero();
        assertThat(both.notBefore()).isAfter(NOW);
    }

    @Test
    void staysWithItsAuthorityWhileThereIsTime() {
        var facts =
                new RenewalPlanner.Facts(
                        NOW.minus(Duration.ofDays(60)), NOW.plus(Duration.ofDays(30)), NOW, null);

        assertThat(failed(CertificateState.NEW, failure(Kind.RATE_LIMITED, NOW), facts, 2).issuer())
                .isZero();
    }

    @Test
    void comesBackToThePreferredAuthorityAfterSuccess() {
        var moved = failed(CertificateState.NEW, failure(Kind.HUMAN, null), null, 2);

        assertThat(moved.issuer()).isEqualTo(1);
        assertThat(Transitions.issued(moved).issuer()).isZero();
    }

    @Test
    void keepsWhatItKnowsFromStartToStart() throws IOException {
        var state =
                failed(CertificateState.NEW, failure(Kind.VALIDATION, null), null, 1)
                        .withRenewal(
                                new CertificateState.Renewal(
                                        "id",
                                        NOW,
                                        NOW.plusSeconds(9),
                                        NOW.plusSeconds(3),
                                        null,
                                        NOW))
                        .withForce(CertificateState.Force.PAST_FUSE);

        assertThat(CertificateState.read(state.text())).isEqualTo(state);
    }

    @Test
    void fuseAllowsThreeAWeek() {
        var events = List.of(event(0), event(24), event(48));

        assertThat(Fuse.blockedUntil(events.subList(0, 2), Duration.ofDays(90), NOW)).isNull();
        assertThat(Fuse.blockedUntil(events, Duration.ofDays(90), NOW))
                .isEqualTo(events.getLast().at().plus(Duration.ofDays(7)));
        assertThat(Fuse.left(events, Duration.ofDays(90), NOW)).isZero();
    }

    @Test
    void fuseForgetsAfterAWeekAndIgnoresOtherEvents() {
        var other = new History.Event(NOW, "failed", "a", "");

        assertThat(
                        Fuse.blockedUntil(
                                List.of(event(200), event(190), event(180), other, event(1)),
                                null,
                                NOW))
                .isNull();
    }

    @Test
    void fuseLetsShortOnesLive() {
        assertThat(Fuse.allowed(Duration.ofHours(160))).isEqualTo(4);
        assertThat(Fuse.allowed(Duration.ofSeconds(60))).isGreaterThan(20_000);
    }

    private static History.Event event(int hoursAgo) {
        return new History.Event(NOW.minus(Duration.ofHours(hoursAgo)), History.FINALIZED, "a", "");
    }

    private static CaException failure(Kind kind, @Nullable Instant wish) {
        return new CaException(kind, "no", wish, null);
    }

    private static CertificateState failed(
            CertificateState state,
            CaException failure,
            RenewalPlanner.@Nullable Facts facts,
            int issuers) {
        return Transitions.failed(state, failure, facts, issuers, NOW, new Random(7));
    }
}
