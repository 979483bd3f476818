package dev.sallyport.core.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.model.value.Rate;
import dev.sallyport.core.exchange.ExchangeStand;
import dev.sallyport.core.exchange.Verdict;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RateLimitFilterTest {
    private static final long SECOND = 1_000_000_000;

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - SECOND);
    private final ExchangeStand stand = new ExchangeStand();

    private RateLimitFilter filter(String rate, @Nullable Integer burst, int maxClients) {
        return new RateLimitFilter.Config(Rate.parse(rate), burst, maxClients).create(now::get);
    }

    private static int granted(RateLimitFilter filter, long client, int asked) {
        int granted = 0;
        for (int i = 0; i < asked; i++) {
            granted += filter.judge(client) instanceof Verdict.Continue ? 1 : 0;
        }
        return granted;
    }

    @Test
    void grantsTheBurstThenTheRate() {
        var filter = filter("10/s", 20, 100);

        assertThat(granted(filter, 1, 100)).isEqualTo(20);
        now.addAndGet(SECOND / 2);
        assertThat(granted(filter, 1, 100)).isEqualTo(5);
        now.addAndGet(3600 * SECOND);
        assertThat(granted(filter, 1, 100)).isEqualTo(20);
    }

    @Test
    void burstIsWhatTheRateCountsWhenAbsent() {
        assertThat(granted(filter("30/m", null, 100), 1, 100)).isEqualTo(30);
    }

    @Test
    void tellsARefusedClientWhenToComeAgain() {
        var filter = filter("10/m", 1, 100);
        stand.run(filter);

        var client = stand.run(filter);

        assertThat(client.status()).isEqualTo(429);
        assertThat(client.values("retry-after")).containsExactly("6");
        assertThat(client.values("ratelimit")).containsExactly("\"client\";r=0;t=6");
        assertThat(client.values("ratelimit-policy")).containsExactly("\"client\";q=10;w=60");
    }

    @Test
    void tellsLongWaitsToo() {
        var filter = filter("1/h", 1, 100);
        stand.run(filter);

        assertThat(stand.run(filter).values("retry-after")).containsExactly("3600");
    }

    @Test
    void countsEachIpv4AddressByItself() {
        var filter = filter("1/h", 1, 100);

        assertThat(stand.from("192.0.2.1").run(filter).status()).isEqualTo(0);
        assertThat(stand.from("192.0.2.2").run(filter).status()).isEqualTo(0);
        assertThat(stand.from("::ffff:192.0.2.2").run(filter).status()).isEqualTo(429);
    }

    @Test
    void countsAnIpv6NetworkOf64BitsAsOneClient() {
        var filter = filter("1/h", 1, 100);

        assertThat(stand.from("2001:db8:0:1::1").run(filter).status()).isEqualTo(0);
        assertThat(stand.from("2001:db8:0:1:ffff::2").run(filter).status()).isEqualTo(429);
        assertThat(stand.from("2001:db8:0:2::1").run(filter).status()).isEqualTo(0);
    }

    @Test
    void believesForwardingFieldsOfTrustedProxiesOnly() {
        var filter = filter("1/h", 1, 100);
        stand.run(filter, "X-Forwarded-For: 198.51.100.1");

        assertThat(stand.run(filter, "X-Forwarded-For: 198.51.100.2").status()).isEqualTo(429);
        stand.trusting("192.0.2.0/24");
        assertThat(stand.run(filter, "X-Forwarded-For: 198.51.100.3").status()).isEqualTo(0);
    }

    @Test
    void staysBoundedUnderAMillionClients() {
        var filter = filter("10/s", 20, 1000);

        for (long client = 0; client < 1_000_000; client++) {
            filter.judge(client * 0x9E37_79B9_7F4A_7C15L);
            assertThat(filter.clients()).isLessThanOrEqualTo(1001);
        }
    }

    @Test
    void grantsNoMoreToAClientThatIsPutOutOfTheTable() {
        var filter = filter("10/s", 20, 10);
        int granted = granted(filter, 7, 100);
        var random = new Random(1);

        for (int round = 0; round < 50; round++) {
            for (int i = 0; i < 1000; i++) {
                filter.judge(random.nextLong());
            }
            granted += granted(filter, 7, 100);
        }

        assertThat(granted).isLessThanOrEqualTo(20);
        now.addAndGet(SECOND);
        assertThat(granted(filter, 7, 100)).isLessThanOrEqualTo(10);
    }

    @Test
    void grantsNoMoreThanBurstAndRateInAnyWindow() {
        var filter = filter("100/s", 50, 10);
        var random = new Random(2);
        var times = new ArrayList<Long>();
        for (int step = 0; step < 20_000; step++) {
            now.addAndGet(random.nextInt((int) (SECOND / 200)));
            if (granted(filter, 7, 1) == 1) {
                times.add(now.get());
            }
            if (step % 50 == 0) {
                granted(filter, random.nextLong(), 60);
            }
        }

        for (int i = 50; i < times.size(); i++) {
            for (int first = Math.max(0, i - 500); first < i; first += 7) {
                double seconds = (double) (times.get(i) - times.get(first)) / SECOND;
                assertThat(i - first + 1).isLessThanOrEqualTo((int) (50 + 100 * seconds) + 1);
            }
        }
    }

    @Test
    void grantsNoMoreToManyThreadsAtOnce() throws Exception {
        var filter = filter("1/h", 5000, 4);
        var granted = new LongAdder();
        var ready = new CountDownLatch(4);
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int t = 0; t < 4; t++) {
                int thread = t;
                threads.execute(() -> {
                    ready.countDown();
                    for (int i = 0; i < 20_000; i++) {
                        granted.add(granted(filter, 7, 1));
                        filter.judge(thread * 1_000_000L + i); // pushes others out of the table
                    }
                });
            }
            ready.await();
        }

        assertThat(granted.sum()).isPositive().isLessThanOrEqualTo(5000);
    }
}
