package dev.sallyport.core.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test when Netty tells of a leaked buffer or a loop of an exception nobody expected. The
 * log is the process's: with classes beside each other the guilty one may be another.
 */
final class CleanLogs implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private static final int COLLECTIONS = 3;

    /** Kept here: java.util.logging holds its loggers weakly. */
    private final Logger root = Logger.getLogger("");

    private final List<String> bad = new CopyOnWriteArrayList<>();
    private final Handler listener = new Listener();

    @Override
    public void beforeAll(ExtensionContext context) {
        root.addHandler(listener);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        check();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        // Netty finds a leak when the buffer was collected and the next one is tracked.
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            for (int n = 0; n < 200; n++) {
                ByteBufAllocator.DEFAULT.directBuffer(16).release();
                ByteBufAllocator.DEFAULT.heapBuffer(16).release();
            }
        }
        root.removeHandler(listener);
        check();
    }

    private void check() {
        List<String> seen = List.copyOf(bad);
        bad.clear();
        assertThat(seen).as("what the log must not say").isEmpty();
    }

    private static boolean isBad(String message) {
        return message.contains("LEAK")
                || message.contains("connection failed")
                || message.contains("exceptionCaught")
                || message.contains("raised an exception")
                || message.contains("was thrown by")
                || message.contains("Unexpected exception");
    }

    private final class Listener extends Handler {
        @Override
        public void publish(@Nullable LogRecord record) {
            if (record == null) {
                return;
            }
            String message = String.valueOf(record.getMessage());
            if (isBad(message)) {
                var text = new StringWriter().append(message).append('\n');
                if (record.getThrown() != null) {
                    record.getThrown().printStackTrace(new PrintWriter(text));
                }
                bad.add(text.toString());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
