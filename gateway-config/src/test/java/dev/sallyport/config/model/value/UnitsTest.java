package dev.sallyport.config.model.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UnitsTest {
    private final Random random = new Random(11);

    @Test
    void sizesReadBackAsTheSame() {
        for (int round = 0; round < 2000; round++) {
            var size = new DataSize(random.nextLong(1L << 40) >> random.nextInt(40));

            assertThat(DataSize.parse(size.toString())).isEqualTo(size);
        }
    }

    @Test
    void durationsReadBackAsTheSame() {
        for (int round = 0; round < 2000; round++) {
            var units = List.of(1L, 1000L, 60_000L, 3_600_000L, 86_400_000L);
            long unit = units.get(random.nextInt(units.size()));
            var duration = Duration.ofMillis(random.nextLong(1000) * unit);

            assertThat(DurationText.parse(DurationText.format(duration))).isEqualTo(duration);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"100/s", "1/m", "1000/h", "5/d"})
    void ratesReadBackAsTheSame(String text) {
        assertThat(Rate.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        ":80, true, false",
        "127.0.0.1:80, false, true",
        "[::1]:80, false, true",
        "0.0.0.0:80, true, false",
        "10.0.0.1:80, false, false"
    })
    void addressesBindWhatTheySay(String text, boolean wildcard, boolean loopback) {
        var address = Address.parse(text);

        assertThat(address).hasToString(text);
        assertThat(address.toSocketAddress().getAddress().isAnyLocalAddress()).isEqualTo(wildcard);
        assertThat(address.isLoopback()).isEqualTo(loopback);
        assertThat(address.toSocketAddress().getPort()).isEqualTo(80);
    }

    @ParameterizedTest
    @CsvSource({
        "200-399, 200, true",
        "200-399, 399, true",
        "200-399, 400, false",
        "204, 204, true"
    })
    void statusRangesHoldBothEnds(String range, int status, boolean contained) {
        assertThat(StatusRange.parse(range).contains(status)).isEqualTo(contained);
    }

    @Test
    void secretsDoNotPrint() {
        var secret = Secret.ofText("s3cr3t");

        assertThat(secret).hasToString("***").isEqualTo(Secret.ofText("s3cr3t"));
        assertThat(secret).isNotEqualTo(Secret.ofEnv("X", "s3cr3t"));
        assertThat(secret.value()).isEqualTo("s3cr3t");
    }
}
