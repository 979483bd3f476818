package dev.sallyport.acme.manage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.issue.CaException;
import dev.sallyport.acme.issue.CaException.Kind;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clocks that leap, machines that sleep, and certificates from another time. */
@Timeout(30)
final class ClockTest extends FailureStand {
    @Test
    void holdsACertificateThatIsNotValidYetUntilItIs() throws Exception {
        clock.advance(Duration.ofHours(-2));
        serve();
        settle();
        assertThat(store.find(NAME)).isNull();
        assertThat(failure()).contains("expected: clocks that agree");
        assertThat(managed().state().kind()).isEqualTo(Kind.LOCAL);

        runFor(Duration.ofHours(3));

        assertThat(store.find(NAME)).isNotNull();
        assertThat(authority.orders).hasSize(1);
        assertThat(authority.certificates).isEqualTo(1);
    }

    @Test
    void ordersNothingMoreForACertificateThatHasEndedByOurClock() throws Exception {
        clock.advance(Duration.ofDays(100));
        serve();

        runFor(Duration.ofDays(2));

        assertThat(store.find(NAME)).isNull();
        assertThat(failure()).contains("the certificate ended");
        assertThat(authority.orders).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {-2, 2})
    void ordersNothingWhenTheClockLeaps(int hours) throws Exception {
        var served = obtain();

        clock.advance(Duration.ofHours(hours));
        runFor(Duration.ofHours(4));

        assertThat(store.find(NAME)).isEqualTo(served);
        assertThat(authority.orders).hasSize(1);
    }

    @Test
    void looksAtTheClockEachMinuteAndNeverWaitsBackwards() throws Exception {
        obtain();
        var random = new Random(7);
        for (int i = 0; i < 500; i++) {
            clock.advance(Duration.ofMinutes(random.nextInt(-120, 121)));
            var next = settle();
            assertThat(next).isBetween(clock.instant(), clock.instant().plusSeconds(60));
        }
        assertThat(authority.orders).hasSize(1);
    }

    @Test
    void renewsOnceAfterALongSleep() throws Exception {
        var old = obtain();

        clock.advance(Duration.ofDays(75));
        runFor(Duration.ofHours(2));

        assertThat(store.find(NAME)).isNotEqualTo(old);
        assertThat(authority.orders).hasSize(2);
    }

    @Test
    void servesAndRenewsWhatEndedWhileItSlept() throws Exception {
        var old = obtain();
        authority.refusals.add(new CaException(Kind.NETWORK, "no answer"));

        clock.advance(Duration.ofDays(91));
        settle();

        assertThat(store.find(NAME)).isEqualTo(old);
        assertThat(authority.orders).hasSize(2);
        assertThat(managed().state().notBefore()).isBefore(clock.instant().plusSeconds(120));
    }
}
