package dev.sallyport.core.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EjectionTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Ejection ejection = new Ejection(3, 10 * SECOND, 30 * SECOND);

    @Test
    void failuresWithinTheTimeTakeTheEndpointOut() {
        assertThat(ejection.failed(0)).isFalse();
        assertThat(ejection.failed(5 * SECOND)).isFalse();
        assertThat(ejection.isEjected(5 * SECOND)).isFalse();

        assertThat(ejection.failed(9 * SECOND)).isTrue();
        assertThat(ejection.isEjected(38 * SECOND)).isTrue();
        assertThat(ejection.isEjected(39 * SECOND)).isFalse();
    }

    @Test
    void failuresFarApartDoNot() {
        for (int i = 0; i < 10; i++) {
            assertThat(ejection.failed(i * 6L * SECOND)).isFalse();
        }
    }

    @Test
    void failuresAsTheLastResortDoNotEjectAgain() {
        eject(0);

        assertThat(ejection.failed(SECOND)).isFalse();
        assertThat(ejection.failed(SECOND)).isFalse();
        assertThat(ejection.failed(SECOND)).isFalse();
        assertThat(ejection.isEjected(31 * SECOND)).isFalse();
    }

    @Test
    void endpointIsEjectedAgainThoughNobodyAskedInBetween() {
        eject(0);

        ejection.failed(40 * SECOND);
        ejection.failed(40 * SECOND);

        assertThat(ejection.failed(40 * SECOND)).isTrue();
    }

    private void eject(long now) {
        ejection.failed(now);
        ejection.failed(now);
        assertThat(ejection.failed(now)).isTrue();
    }
}
