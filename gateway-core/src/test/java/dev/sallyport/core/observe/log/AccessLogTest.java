package dev.sallyport.core.observe.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class AccessLogTest {
    private final AccessQueue first = new AccessQueue(1 << 16);
    private final AccessQueue second = new AccessQueue(1 << 16);
    private long now;

    @Test
    void handsTheRecordsOfAllLoopsToAllSinks() {
        Samples.RecordingSink one = new Samples.RecordingSink();
        Samples.RecordingSink other = new Samples.RecordingSink();
        AccessLog accessLog = new AccessLog(List.of(first, second), List.of(one, other), () -> now);
        offer(first, "/a");
        offer(second, "/b");

        accessLog.round();

        assertThat(one.paths).containsExactly("/a", "/b").isEqualTo(other.paths);
        assertThat(one.flushes).isOne();
        assertThat(accessLog.accepted()).isEqualTo(2);
    }

    @Test
    void tellsOfDroppedRecordsOnceASecond() {
        AccessLog accessLog = new AccessLog(List.of(first), List.of(), () -> now);
        List<String> told = new ArrayList<>();
        Logger logger = Logger.getLogger(AccessLog.class.getName());
        Handler handler = new RecordingHandler(told);
        logger.addHandler(handler);
        try {
            while (first.dropped() < 3) {
                offer(first, "/x");
            }
            accessLog.round();
            assertThat(told).isEmpty();

            now += Duration.ofSeconds(1).toNanos();
            accessLog.round();
            accessLog.round();
            now += Duration.ofSeconds(1).toNanos();
            accessLog.round();
        } finally {
            logger.removeHandler(handler);
        }

        assertThat(told).containsExactly("access log records dropped, queue full count=3 total=3");
        assertThat(accessLog.dropped()).isEqualTo(3);
    }

    @Test
    void writesWhatIsLeftWhenClosed() {
        Samples.RecordingSink sink = new Samples.RecordingSink();
        AccessLog accessLog = AccessLog.start(List.of(first), List.of(sink));
        offer(first, "/last");

        accessLog.close();

        assertThat(sink.paths).containsExactly("/last");
        assertThat(sink.closed).isTrue();
    }

    @Test
    void writesWithoutBeingWoken() throws InterruptedException {
        CountDownLatch seen = new CountDownLatch(1);
        try (AccessLog _ = AccessLog.start(List.of(first), List.of(_ -> seen.countDown()))) {
            offer(first, "/quiet");

            assertThat(seen.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void survivesASinkThatFails() throws InterruptedException {
        CountDownLatch seen = new CountDownLatch(1);
        AccessSink failing =
                entry -> {
                    if (entry.status() == 400) {
                        throw new IllegalStateException("a bug");
                    }
                    seen.countDown();
                };
        try (AccessLog _ = AccessLog.start(List.of(first), List.of(failing))) {
            first.offer(Samples.bare());
            first.offer(Samples.full());

            assertThat(seen.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void offer(AccessQueue queue, String path) {
        AccessRecord record = Samples.full();
        Samples.text(record, AccessRecord.PATH, path);
        queue.offer(record);
    }

    private static final class RecordingHandler extends Handler {
        private final List<String> told;

        RecordingHandler(List<String> told) {
            this.told = told;
        }

        @Override
        public void publish(LogRecord record) {
            told.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
