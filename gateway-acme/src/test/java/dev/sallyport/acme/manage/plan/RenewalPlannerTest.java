package dev.sallyport.acme.manage.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.issue.AcmePort;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows as Boulder suggests them, and those that would have others renew for ever. */
final class RenewalPlannerTest {
    private static final Instant ISSUED = Instant.parse("2026-11-01T00:00:00Z");
    private static final String ID = "aki.serial";

    @ParameterizedTest
    @ValueSource(ints = {90 * 24, 64 * 24, 45 * 24, 160})
    void renewsInTheWindowOfTheAuthority(int hours) {
        var facts = facts(Duration.ofHours(hours));
        var lifetime = Duration.ofHours(hours);
        var left = lifetime.dividedBy(hours < 240 ? 2 : 3);
        var ideal = facts.notAfter().minus(left);
        var half = lifetime.dividedBy(100);

        var plan = RenewalPlanner.plan(facts, renewal(ideal.minus(half), ideal.plus(half), null));

        assertThat(plan.reason()).isEqualTo(RenewalPlanner.Reason.AUTHORITY);
        assertThat(plan.renewAt()).isBetween(ideal.minus(half), ideal.plus(half));
    }

    @ParameterizedTest
    @ValueSource(ints = {90, 45, 12})
    void renewsWithAThirdLeftWhenNobodySuggests(int days) {
        var facts = facts(Duration.ofDays(days));

        var plan = RenewalPlanner.plan(facts, null);

        assertThat(plan.reason()).isEqualTo(RenewalPlanner.Reason.LIFETIME);
        assertThat(Duration.between(plan.renewAt(), facts.notAfter()))
                .isBetween(Duration.ofDays(days).dividedBy(3), Duration.ofDays(days).dividedBy(2));
    }

    @Test
    void renewsWithHalfLeftWhenItIsShort() {
        var facts = facts(Duration.ofHours(160));

        var left = Duration.between(RenewalPlanner.plan(facts, null).renewAt(), facts.notAfter());

        assertThat(left).isBetween(Duration.ofHours(80), Duration.ofHours(88));
    }

    @Test
    void ignoresTheWindowOfTheCertificateBefore() {
        var facts = facts(Duration.ofHours(160));
        var stale = renewal(ISSUED.minusSeconds(7200), ISSUED.minusSeconds(3600), null);

        assertThat(RenewalPlanner.plan(facts, stale).reason())
                .isEqualTo(RenewalPlanner.Reason.LIFETIME);
    }

    @Test
    void ignoresTheWindowOfAnotherCertificate() {
        var start = ISSUED.plus(Duration.ofDays(30));
        var window = new AcmePort.RenewalWindow(start, start.plusSeconds(3600), null, null);
        var other = RenewalPlanner.renewal("aki.other", window, null, ISSUED, new Random(1));

        assertThat(RenewalPlanner.plan(facts(Duration.ofDays(90)), other).reason())
                .isEqualTo(RenewalPlanner.Reason.LIFETIME);
    }

    @Test
    void ignoresAWindowThatEndsAfterTheCertificate() {
        var facts = facts(Duration.ofDays(90));
        var late =
                renewal(facts.notAfter().minusSeconds(60), facts.notAfter().plusSeconds(60), null);

        assertThat(RenewalPlanner.plan(facts, late).reason())
                .isEqualTo(RenewalPlanner.Reason.LIFETIME);
    }

    @Test
    void ignoresAWindowThatEndsBeforeItBegins() {
        var facts = facts(Duration.ofDays(90));
        var start = ISSUED.plus(Duration.ofDays(40));

        assertThat(RenewalPlanner.plan(facts, renewal(start, start.minusSeconds(1), null)).reason())
                .isEqualTo(RenewalPlanner.Reason.LIFETIME);
    }

    @Test
    void renewsAtOnceWhenTheWindowMovedIntoThePast() {
        var facts = facts(Duration.ofDays(90));
        var now = ISSUED.plus(Duration.ofDays(20));
        var revoked = renewal(now.minusSeconds(3600), now.minusSeconds(1800), null);

        assertThat(RenewalPlanner.plan(facts, revoked).renewAt()).isBefore(now);
    }

    @Test
    void neverRenewsWhatIsJustIssued() {
        var facts = facts(Duration.ofDays(90));
        var soon = renewal(ISSUED.plusSeconds(10), ISSUED.plusSeconds(20), null);

        assertThat(RenewalPlanner.plan(facts, soon).renewAt())
                .isEqualTo(ISSUED.plus(Duration.ofHours(1)));
    }

    @Test
    void renewsNearTheEndWhateverIsSuggested() {
        var facts = facts(Duration.ofDays(90));
        var late = facts.notAfter().minusSeconds(7200);

        var plan = RenewalPlanner.plan(facts, renewal(late, late.plusSeconds(3600), null));

        assertThat(plan.reason()).isEqualTo(RenewalPlanner.Reason.END);
        assertThat(plan.renewAt()).isEqualTo(facts.notAfter().minus(Duration.ofDays(9)));
    }

    @Test
    void drawsTheMomentOnceForAWindow() {
        var start = ISSUED.plus(Duration.ofDays(60));
        var first = renewal(start, start.plus(Duration.ofDays(2)), null);

        var again = renewal(start, start.plus(Duration.ofDays(2)), first);
        var moved = renewal(start, start.plus(Duration.ofDays(3)), first);

        assertThat(again.selected()).isEqualTo(first.selected());
        assertThat(moved.selected()).isNotEqualTo(first.selected());
    }

    @Test
    void asksAgainWithinBounds() {
        assertThat(RenewalPlanner.askAgain(null, ISSUED)).isEqualTo(ISSUED.plusSeconds(6 * 3600));
        assertThat(RenewalPlanner.askAgain(ISSUED.minusSeconds(100), ISSUED))
                .isEqualTo(ISSUED.plusSeconds(60));
        assertThat(RenewalPlanner.askAgain(ISSUED.plus(Duration.ofDays(90)), ISSUED))
                .isEqualTo(ISSUED.plus(Duration.ofDays(1)));
    }

    @Test
    void livesThroughRenewalsOfAMinute() {
        var facts = facts(Duration.ofSeconds(60));

        assertThat(RenewalPlanner.plan(facts, null).renewAt())
                .isBetween(ISSUED.plusSeconds(15), ISSUED.plusSeconds(45));
    }

    private static RenewalPlanner.Facts facts(Duration lifetime) {
        return new RenewalPlanner.Facts(ISSUED, ISSUED.plus(lifetime), ISSUED, ID);
    }

    private static CertificateState.Renewal renewal(
            Instant start, Instant end, CertificateState.@Nullable Renewal before) {
        return RenewalPlanner.renewal(
                ID,
                new AcmePort.RenewalWindow(start, end, null, null),
                before,
                ISSUED,
                new Random(before == null ? 1 : 2));
    }
}
