package dev.sallyport.core.upstream.care;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.model.Dns;
import dev.sallyport.core.upstream.care.Lookup.Answer;
import dev.sallyport.core.upstream.care.Lookup.Failed;
import dev.sallyport.core.upstream.care.Lookup.Family;
import dev.sallyport.core.upstream.care.Lookup.Found;
import dev.sallyport.core.upstream.care.Lookup.Missing;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NamesTest {
    private static final InetAddress ONE = FakeDns.literal("10.0.0.1");
    private static final InetAddress TWO = FakeDns.literal("10.0.0.2");
    private static final Dns SETTINGS =
            new Dns(List.of(), Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofMinutes(5));

    private long now;
    private int asked;
    private Answer answer = new Failed("nobody");
    private final Names names =
            new Names(
                    (name, family) -> {
                        asked++;
                        return answer;
                    },
                    SETTINGS,
                    () -> now);

    @Test
    void answerHoldsForItsTime() throws Exception {
        found(60, ONE);
        assertThat(resolve().again()).isEqualTo(Duration.ofMinutes(1));

        pass(59);
        assertThat(resolve().again()).isEqualTo(Duration.ofSeconds(1));
        assertThat(asked).isEqualTo(1);

        found(60, TWO);
        pass(1);
        assertThat(resolve().addresses()).containsExactly(TWO);
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void timesAreKeptWithinTheBounds() throws Exception {
        found(0, ONE);
        assertThat(resolve().again()).isEqualTo(Duration.ofSeconds(5));

        pass(5);
        found(86_400, ONE);
        assertThat(resolve().again()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void lastGoodAddressesStayWhenNobodyAnswers() throws Exception {
        found(5, ONE);
        resolve();
        answer = new Failed("timeout");

        for (int i = 0; i < 5; i++) {
            pass(5);
            Names.Resolution resolution = resolve();
            assertThat(resolution.addresses()).containsExactly(ONE);
            assertThat(resolution.problem()).isEqualTo("timeout");
            assertThat(resolution.hasFailed()).isTrue();
        }

        found(5, TWO);
        pass(5);
        assertThat(resolve().problem()).isNull();
    }

    @Test
    void addressesAreGivenUpAfterTheSecondNegativeAnswer() throws Exception {
        found(5, ONE);
        resolve();
        answer = new Missing("nxdomain", Duration.ofMinutes(1));

        pass(5);
        assertThat(resolve().addresses()).containsExactly(ONE);
        assertThat(resolve().again()).isEqualTo(SETTINGS.minTtl());

        pass(5);
        assertThat(resolve().addresses()).isEmpty();
    }

    @Test
    void negativeAnswerIsKeptTooButNotForLong() throws Exception {
        answer = new Missing("nxdomain", Duration.ofHours(1));

        assertThat(resolve().again()).isEqualTo(Duration.ofSeconds(30));
        pass(29);
        resolve();

        assertThat(asked).isEqualTo(1);
    }

    @Test
    void familiesAreKeptApartAndForgottenNamesAskedAnew() throws Exception {
        found(60, ONE);
        resolve();
        names.resolve("app.test", Family.V6);
        assertThat(asked).isEqualTo(2);

        names.keepOnly(Set.of("app.test"));
        resolve();
        assertThat(asked).isEqualTo(2);

        names.keepOnly(Set.of());
        resolve();
        assertThat(asked).isEqualTo(3);
    }

    private Names.Resolution resolve() throws InterruptedException {
        return names.resolve("app.test", Family.V4);
    }

    private void found(long ttl, InetAddress address) {
        answer = new Found(List.of(address), Duration.ofSeconds(ttl));
    }

    private void pass(long seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }
}
