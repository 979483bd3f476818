package dev.sallyport.core.boot.screen;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The log on standard error: one event a line, {@code time level logger message key=value}.
 *
 * <p>What a message carries from elsewhere cannot forge lines: control characters are made visible.
 */
public final class LogLines extends Handler {
    /** The variable that sets the level at start. */
    public static final String LEVEL_VARIABLE = "SALLYPORT_LOG";

    /** The words for levels, the loudest first. */
    public static final String WORDS = "error, warn, info, debug, trace, off";

    /** Held here: levels of loggers that nobody holds are forgotten. */
    private static final Logger NETTY = Logger.getLogger("io.netty");

    private final PrintStream out;

    LogLines(PrintStream out) {
        this.out = out;
    }

    /** Sends all logs of the process here from now on. */
    public static void install(Level level) {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.addHandler(new LogLines(System.err));
        level(level);
        // The JDK's own, which would show a stack at every end.
        Logger.getLogger("java.lang.Runtime").setLevel(Level.OFF);
    }

    /** The level of a word such as {@code debug}; null for another word. */
    public static @Nullable Level find(String word) {
        return switch (word) {
            case "error" -> Level.SEVERE;
            case "warn" -> Level.WARNING;
            case "info" -> Level.INFO;
            case "debug" -> Level.FINE;
            case "trace" -> Level.FINEST;
            case "off" -> Level.OFF;
            default -> null;
        };
    }

    /** The word for a level. */
    public static String word(Level level) {
        int value = level.intValue();
        if (value == Level.OFF.intValue()) {
            return "off";
        }
        return value >= Level.SEVERE.intValue()
                ? "error"
                : value >= Level.WARNING.intValue()
                        ? "warn"
                        : value >= Level.INFO.intValue()
                                ? "info"
                                : value >= Level.FINE.intValue() ? "debug" : "trace";
    }

    /** Sets the level of everything that is logged. */
    public static void level(Level level) {
        Logger.getLogger("").setLevel(level);
        // What is information to a library about one frame would be a line of the log for each
        // that clients or servers choose to send.
        NETTY.setLevel(level.intValue() == Level.INFO.intValue() ? Level.WARNING : null);
    }

    /** The level in force. */
    public static Level level() {
        Level level = Logger.getLogger("").getLevel();
        return level == null ? Level.INFO : level;
    }

    @Override
    public void publish(LogRecord record) {
        if (isLoggable(record)) {
            out.println(line(record));
        }
    }

    static String line(LogRecord record) {
        StringBuilder line = new StringBuilder(160);
        line.append(Instant.ofEpochMilli(record.getMillis()));
        if (line.length() == "2026-01-01T00:00:00Z".length()) {
            line.insert(line.length() - 1, ".000");
        }
        line.append(' ').append(word(record.getLevel())).append(' ');
        String logger = String.valueOf(record.getLoggerName());
        line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(' ');
        appendVisible(line, String.valueOf(record.getMessage()));
        Throwable thrown = record.getThrown();
        if (thrown != null) {
            StringWriter stack = new StringWriter();
            thrown.printStackTrace(new PrintWriter(stack));
            line.append('\n').append(stack.toString().stripTrailing());
        }
        return line.toString();
    }

    private static void appendVisible(StringBuilder line, String message) {
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            if (c == '\n') {
                line.append("\\n");
            } else if (c == '\r') {
                line.append("\\r");
            } else if ((c < ' ' && c != '\t') || c == 0x7f) {
                line.append("\\x").append(Character.forDigit(c >> 4, 16));
                line.append(Character.forDigit(c & 15, 16));
            } else {
                line.append(c);
            }
        }
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public void close() {
        flush();
    }
}
