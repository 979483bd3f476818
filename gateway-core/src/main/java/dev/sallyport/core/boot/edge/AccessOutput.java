package dev.sallyport.core.boot.edge;

import dev.sallyport.config.model.observe.AccessLog;
import dev.sallyport.config.model.observe.Tracing;
import dev.sallyport.core.observe.log.AccessEntry;
import dev.sallyport.core.observe.log.AccessFormat;
import dev.sallyport.core.observe.log.AccessSink;
import dev.sallyport.core.observe.log.AccessWriter;
import dev.sallyport.core.observe.log.LogTarget;
import dev.sallyport.core.observe.trace.SpanExport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where access records go at present. A reload may change it: the log's thread turns to the new
 * writer between two records and closes the old one.
 */
final class AccessOutput implements AccessSink {
    private volatile @Nullable AccessWriter wanted;
    private volatile @Nullable AccessWriter current;
    private volatile @Nullable AccessLog settings;
    private @Nullable SpanExport spans;
    private final AtomicLong lostBefore = new AtomicLong();

    /** Sends spans too; read at start only, before the log begins. */
    void trace(Tracing tracing) {
        Map<String, String> headers = new LinkedHashMap<>();
        tracing.headers().forEach((name, secret) -> headers.put(name, secret.value()));
        spans = SpanExport.to(tracing.otlp().toString(), tracing.serviceName(), headers);
    }

    /** Spans the collector took. */
    long spansExported() {
        return spans == null ? 0 : spans.exported();
    }

    /** Spans that no collector took. */
    long spansDropped() {
        return spans == null ? 0 : spans.dropped();
    }

    /**
     * Opens what is configured, for {@link #use} once it is sure; nothing new when that is what is
     * there.
     *
     * @throws IOException when the file cannot be opened; nothing has changed then
     */
    Opened open(AccessLog next) throws IOException {
        AccessLog before = settings;
        boolean isSame =
                before != null && before.to().equals(next.to()) && before.format() == next.format();
        return new Opened(next, isSame, isSame ? null : writer(next));
    }

    /** Turns to what was opened. */
    void use(Opened opened) {
        if (!opened.isSame) {
            wanted = opened.writer;
            settings = opened.settings;
        }
    }

    /**
     * What was opened for a configuration.
     *
     * @param isSame whether it is what is in use
     * @param writer null where it is, and for no log at all
     */
    record Opened(AccessLog settings, boolean isSame, @Nullable AccessWriter writer) {
        /** Gives it up, in place of {@link #use}. */
        void close() {
            if (writer != null) {
                writer.close();
            }
        }
    }

    private static @Nullable AccessWriter writer(AccessLog settings) throws IOException {
        LogTarget target =
                switch (settings.to().kind()) {
                    case OFF -> null;
                    case STDOUT -> LogTarget.standardOutput();
                    case STDERR -> LogTarget.standardError();
                    case FILE -> LogTarget.file(file(settings));
                };
        AccessFormat format =
                switch (settings.format()) {
                    case JSON -> AccessFormat.JSON;
                    case COMMON -> AccessFormat.COMMON;
                };
        return target == null ? null : new AccessWriter(format, target, System::nanoTime);
    }

    private static Path file(AccessLog settings) {
        return Objects.requireNonNull(settings.to().file());
    }

    /** Opens a file anew, as after a rotation. */
    void reopen() {
        AccessWriter writer = current;
        if (writer != null) {
            writer.reopen();
        }
    }

    /** Records that no target took. */
    long lost() {
        AccessWriter writer = current;
        return lostBefore.get() + (writer == null ? 0 : writer.lost());
    }

    @Override
    public void accept(AccessEntry entry) {
        AccessWriter writer = turn();
        if (writer != null) {
            writer.accept(entry);
        }
        if (spans != null) {
            spans.accept(entry);
        }
    }

    @Override
    public void flush() {
        AccessWriter writer = turn();
        if (writer != null) {
            writer.flush();
        }
        if (spans != null) {
            spans.flush();
        }
    }

    @Override
    public void close() {
        AccessWriter writer = turn();
        if (writer != null) {
            writer.close();
        }
        if (spans != null) {
            spans.close();
        }
    }

    private @Nullable AccessWriter turn() {
        AccessWriter next = wanted;
        AccessWriter now = current;
        if (next != now) {
            if (now != null) {
                now.close();
                lostBefore.addAndGet(now.lost());
            }
            current = next;
        }
        return next;
    }
}
