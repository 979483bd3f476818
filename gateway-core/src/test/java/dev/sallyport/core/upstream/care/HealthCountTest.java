package dev.sallyport.core.upstream.care;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.value.StatusRange;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HealthCountTest {
    private static final Upstream.Health SETTINGS =
            new Upstream.Health(
                    "/",
                    false,
                    false,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(2),
                    2,
                    3,
                    StatusRange.parse("200-399"));

    @Test
    void newEndpointIsTakenInByItsFirstGoodCheck() {
        HealthCount count = new HealthCount(SETTINGS, false);

        count.add(false);
        assertThat(count.isHealthy()).isFalse();

        count.add(true);
        assertThat(count.isHealthy()).isTrue();
    }

    @Test
    void healthyEndpointGoesAfterBadChecksInARow() {
        HealthCount count = new HealthCount(SETTINGS, true);

        add(count, false, false, true, false, false);
        assertThat(count.isHealthy()).isTrue();

        add(count, false);
        assertThat(count.isHealthy()).isFalse();
    }

    @Test
    void endpointThatWentComesBackAfterGoodChecksInARow() {
        HealthCount count = new HealthCount(SETTINGS, true);
        add(count, false, false, false);

        add(count, true, false, true);
        assertThat(count.isHealthy()).isFalse();

        add(count, true);
        assertThat(count.isHealthy()).isTrue();
    }

    @Test
    void neverGoodEndpointIsCheckedEverySecondOthersByTheInterval() {
        HealthCount count = new HealthCount(SETTINGS, false);
        assertThat(count.pause(new Random(1)))
                .isBetween(Duration.ofMillis(900), Duration.ofMillis(1100));

        add(count, true);
        assertThat(count.pause(new Random(1)))
                .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(11));
    }

    private static void add(HealthCount count, boolean... checks) {
        for (boolean good : checks) {
            count.add(good);
        }
    }
}
