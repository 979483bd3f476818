package dev.sallyport.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HttpDateTest {
    private static final DateTimeFormatter IMF =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private long millis;
    private final HttpDate date = new HttpDate(new Millis());

    @Test
    void writesTheExampleOfTheRfc() {
        millis = Instant.parse("1994-11-06T08:49:37Z").toEpochMilli();

        assertThat(text()).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    }

    @Test
    void agreesWithTheJdkForwardsAndBackwards() {
        Random random = new Random(7);
        for (int i = 0; i < 5_000; i++) {
            millis = random.nextLong(4_102_444_800_000L * 2);
            assertThat(text()).isEqualTo(IMF.format(Instant.ofEpochMilli(millis)));
            millis += random.nextLong(200_000_000) - 100_000_000;
            assertThat(text()).isEqualTo(IMF.format(Instant.ofEpochMilli(millis)));
        }
    }

    private String text() {
        return new String(date.bytes(), StandardCharsets.US_ASCII);
    }

    private final class Millis extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }
    }
}
