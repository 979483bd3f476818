package dev.sallyport.core.boot.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogLinesTest {
    @Test
    void writesOneEventALine() {
        assertThat(LogLines.line(event("edge started loops=2")))
                .isEqualTo("2026-11-01T10:00:00.000Z info Edge edge started loops=2");
    }

    @Test
    void showsWhatWouldForgeLines() {
        assertThat(LogLines.line(event("path=/a\r\n2026 error\u001b[31m\u007f\tb")))
                .endsWith("path=/a\\r\\n2026 error\\x1b[31m\\x7f\tb")
                .doesNotContain("\n");
    }

    @Test
    void addsStackOfFailure() {
        LogRecord event = event("failed");
        event.setThrown(new IllegalStateException("why"));

        assertThat(LogLines.line(event))
                .startsWith("2026-11-01T10:00:00.000Z info Edge failed\njava.lang.Ill")
                .contains("IllegalStateException: why\n\tat ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"error", "warn", "info", "debug", "trace", "off"})
    void hasLevelForEachWordAndBack(String word) {
        Level level = Objects.requireNonNull(LogLines.find(word));

        assertThat(LogLines.word(level)).isEqualTo(word);
        assertThat(LogLines.WORDS).contains(word);
    }

    /** It has a line for each frame of a stream that was reset, on the loop. */
    @Test
    void hearsOfLibrariesFramesOnlyWhenAskedTo() {
        Level before = LogLines.level();
        Logger library = Logger.getLogger("io.netty.handler.codec.http2.DefaultHttp2Connection");
        try {
            LogLines.level(Level.INFO);
            assertThat(library.isLoggable(Level.INFO)).isFalse();
            assertThat(library.isLoggable(Level.WARNING)).isTrue();

            LogLines.level(Level.FINE);
            assertThat(library.isLoggable(Level.FINE)).isTrue();

            LogLines.level(Level.SEVERE);
            assertThat(library.isLoggable(Level.WARNING)).isFalse();
        } finally {
            LogLines.level(before);
        }
    }

    @Test
    void hasNoLevelForOtherWords() {
        assertThat(LogLines.find("loud")).isNull();
        assertThat(LogLines.find("INFO")).isNull();
    }

    private static LogRecord event(String message) {
        LogRecord event = new LogRecord(Level.INFO, message);
        event.setLoggerName("dev.sallyport.core.boot.edge.Edge");
        event.setInstant(Instant.parse("2026-11-01T10:00:00Z"));
        return event;
    }
}
