package dev.sallyport.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    private final HandClock clock = new HandClock();
    private final Watchdog watchdog = Watchdog.of(List.of(clock.loop), clock);

    @Test
    void loopThatAnswersIsNotCounted() {
        for (int i = 0; i < 100; i++) {
            watchdog.look();
            clock.advance(Watchdog.BLOCKED_NANOS);
        }

        assertThat(watchdog.blocked(clock.loop)).isZero();
    }

    @Test
    void countsOneBlockingOnce() {
        watchdog.look();
        for (int i = 0; i < 10; i++) {
            clock.pass(Watchdog.BLOCKED_NANOS);
            watchdog.look();
        }
        assertThat(watchdog.blocked(clock.loop)).isEqualTo(1);

        clock.advance(0);
        watchdog.look();
        clock.pass(Watchdog.BLOCKED_NANOS);
        watchdog.look();
        assertThat(watchdog.blocked(clock.loop)).isEqualTo(2);
    }

    @Test
    void logsTheStackOfAStuckLoopOnce() {
        List<LogRecord> records = new ArrayList<>();
        Handler handler = new Recording(records);
        Logger logger = Logger.getLogger(Watchdog.class.getName());
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try {
            watchdog.look();
            clock.advance(0);
            watchdog.look();
            for (int i = 0; i < 3; i++) {
                clock.pass(Watchdog.STUCK_NANOS);
                watchdog.look();
            }
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }

        assertThat(records).hasSize(1);
        assertThat(records.getFirst().getMessage()).startsWith("loop blocked loop=0 seconds=5");
        assertThat(records.getFirst().getThrown().getStackTrace()).isNotEmpty();
    }

    private static final class Recording extends Handler {
        private final List<LogRecord> records;

        Recording(List<LogRecord> records) {
            this.records = records;
        }

        @Override
        public void publish(LogRecord entry) {
            records.add(entry);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
