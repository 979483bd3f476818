package dev.sallyport.core.observe.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AccessQueueTest {
    private final AccessQueue queue = new AccessQueue(1 << 16);

    @Test
    void handsOverEveryField() {
        AccessRecord record = Samples.full();

        queue.offer(record);

        queue.drain(entry -> {
            assertThat(entry.startEpochMicros()).isEqualTo(record.startEpochMicros);
            assertThat(entry.requestId()).isEqualTo(record.requestId);
            assertThat(entry.clientFamily()).isEqualTo(4);
            assertThat(entry.clientHigh()).isZero();
            assertThat(entry.clientLow()).isEqualTo(record.clientLow);
            assertThat(entry.clientPort()).isEqualTo(51234);
            assertThat(entry.status()).isEqualTo(200);
            assertThat(entry.attempts()).isEqualTo(2);
            assertThat(entry.bytesIn()).isEqualTo(17);
            assertThat(entry.bytesOut()).isEqualTo(1234);
            assertThat(entry.totalMicros()).isEqualTo(2345);
            assertThat(entry.filtersMicros()).isEqualTo(12);
            assertThat(entry.connectMicros()).isEqualTo(300);
            assertThat(entry.upstreamFirstByteMicros()).isEqualTo(1500);
            assertThat(entry.upstreamStartMicros()).isEqualTo(100);
            assertThat(entry.upstreamTotalMicros()).isEqualTo(2000);
            assertThat(entry.traceHigh()).isEqualTo(record.traceHigh);
            assertThat(entry.traceLow()).isEqualTo(record.traceLow);
            assertThat(entry.spanId()).isEqualTo(record.spanId);
            assertThat(entry.parentSpanId()).isEqualTo(record.parentSpanId);
            assertThat(entry.upstreamSpanId()).isEqualTo(record.upstreamSpanId);
            assertThat(entry.isTunnel()).isTrue();
            assertThat(entry.isSampled()).isTrue();
            assertThat(entry.isCut()).isFalse();
            assertThat(entry.string(AccessRecord.METHOD)).isEqualTo("GET");
            assertThat(entry.string(AccessRecord.HOST)).isEqualTo("app.example.com");
            assertThat(entry.string(AccessRecord.PATH)).isEqualTo("/v1/orders");
            assertThat(entry.string(AccessRecord.QUERY)).isEqualTo("?page=2");
            assertThat(entry.string(AccessRecord.USER_AGENT)).isEqualTo("curl/8.5.0");
            assertThat(entry.string(AccessRecord.REFERER)).isEqualTo("https://example.com/");
            assertThat(entry.string(AccessEntry.LISTENER)).isEqualTo("secure");
            assertThat(entry.string(AccessEntry.PROTOCOL)).isEqualTo("HTTP/1.1");
            assertThat(entry.string(AccessEntry.TLS_VERSION)).isEqualTo("TLSv1.3");
            assertThat(entry.string(AccessEntry.TLS_CIPHER)).isEqualTo("TLS_AES_128_GCM_SHA256");
            assertThat(entry.string(AccessEntry.ALPN)).isEqualTo("http/1.1");
            assertThat(entry.string(AccessEntry.ROUTE)).isEqualTo("api");
            assertThat(entry.string(AccessEntry.UPSTREAM)).isEqualTo("app");
            assertThat(entry.string(AccessEntry.ENDPOINT)).isEqualTo("127.0.0.1:9000");
            assertThat(entry.string(AccessEntry.REASON)).isEqualTo("rate-limit");
            assertThat(entry.string(AccessEntry.VERDICT)).isEqualTo("rate-limit");
        });
        assertThat(queue.accepted()).isOne();
    }

    @Test
    void cutsTextsThatAreTooLongAndSaysSo() {
        AccessRecord record = Samples.bare();
        Samples.text(record, AccessRecord.PATH, "/".repeat(16_000));
        record.route = "r".repeat(1000);

        queue.offer(record);

        queue.drain(entry -> {
            assertThat(entry.isCut()).isTrue();
            assertThat(entry.length(AccessRecord.PATH)).isEqualTo(8192);
            assertThat(entry.length(AccessEntry.ROUTE)).isEqualTo(255);
        });
    }

    @Test
    void clearForgetsEverything() {
        AccessRecord record = Samples.full();

        record.clear();

        assertThat(record)
                .usingRecursiveComparison()
                .ignoringFields("offsets")
                .isEqualTo(new AccessRecord());
    }

    @Test
    void dropsWhatDoesNotFitAndCountsIt() {
        int fitting = (1 << 16) / AccessLayout.sizeOf(Samples.full());

        for (int i = 0; i < fitting; i++) {
            assertThat(queue.offer(Samples.full())).isTrue();
        }
        for (int i = 0; i < 10; i++) {
            assertThat(queue.offer(Samples.full())).isFalse();
        }

        assertThat(queue.accepted()).isEqualTo(fitting);
        assertThat(queue.dropped()).isEqualTo(10);
        assertThat(queue.drain(_ -> {})).isEqualTo(fitting);
        assertThat(queue.offer(Samples.full())).isTrue();
    }

    @Test
    void wakesTheReaderWhenHalfFullAndNotPerRecord() {
        AtomicInteger woken = new AtomicInteger();
        queue.wakeWith(woken::incrementAndGet);
        int half = (1 << 15) / AccessLayout.sizeOf(Samples.full());

        for (int i = 0; i < half - 1; i++) {
            queue.offer(Samples.full());
        }
        assertThat(woken).hasValue(0);
        queue.offer(Samples.full());
        queue.offer(Samples.full());
        assertThat(woken).hasValue(1);

        queue.drain(_ -> {});
        for (int i = 0; i < half - 1; i++) {
            queue.offer(Samples.full());
        }
        assertThat(woken).hasValue(1);
    }

    @Test
    void goesOnAfterTheSinkFailed() {
        queue.offer(Samples.full());
        queue.offer(Samples.bare());

        assertThatThrownBy(() ->
                        queue.drain(_ -> {
                            throw new IllegalStateException("a bug");
                        }))
                .hasMessage("a bug");

        assertThat(queue.drain(entry -> assertThat(entry.status()).isEqualTo(400))).isOne();
    }

    @Test
    void refusesACapacityThatIsNoPowerOfTwo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AccessQueue(100_000))
                .withMessage("access-log queue: 100000 (expected: a power of two >= 65536)");
    }

    @Test
    void keepsMillionsOfRecordsWholeBetweenTwoThreads() throws InterruptedException {
        int offered = 2_000_000;
        Checker checker = new Checker();
        Thread loop = Thread.ofPlatform().start(() -> offer(offered));

        while (loop.isAlive()) {
            checker.received += queue.drain(checker);
        }
        loop.join();
        checker.received += queue.drain(checker);

        assertThat(checker.damaged).isZero();
        assertThat(checker.received).isEqualTo(queue.accepted());
        assertThat(queue.accepted() + queue.dropped()).isEqualTo(offered);
        assertThat(checker.missing + offered - 1 - checker.last).isEqualTo(queue.dropped());
    }

    private void offer(int count) {
        AccessRecord record = new AccessRecord();
        byte[] text = new byte[400];
        for (int i = 0; i < count; i++) {
            int length = Checker.lengthOf(i);
            Arrays.fill(text, 0, length, (byte) i);
            record.requestId = i;
            record.bytesOut = ~(long) i;
            record.text(AccessRecord.PATH, text, 0, length);
            record.route = (i & 1) == 0 ? "even" : "odd";
            queue.offer(record);
        }
    }

    private static final class Checker implements AccessSink {
        long received;
        long missing;
        long damaged;
        long last = -1;

        @Override
        public void accept(AccessEntry entry) {
            long i = entry.requestId();
            missing += i - last - 1;
            boolean whole =
                    i > last
                            && entry.bytesOut() == ~i
                            && entry.length(AccessRecord.PATH) == lengthOf(i);
            for (int at = 0; whole && at < entry.length(AccessRecord.PATH); at++) {
                whole = entry.bytes()[entry.offset(AccessRecord.PATH) + at] == (byte) i;
            }
            int route = entry.length(AccessEntry.ROUTE);
            if (!whole || route != ((i & 1) == 0 ? 4 : 3)) {
                damaged++;
            }
            last = i;
        }

        private static int lengthOf(long i) {
            return (int) ((i * 2654435761L) >>> 7) & 255;
        }
    }
}
