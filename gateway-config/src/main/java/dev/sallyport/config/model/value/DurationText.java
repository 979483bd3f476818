package dev.sallyport.config.model.value;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as an operator writes them: {@code 500ms 30s 5m 1h 7d}. */
public final class DurationText {
    private static final String EXPECTED = "a duration such as 500ms, 30s, 5m, 1h or 7d";
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final Pattern LOOSE =
            Pattern.compile("([0-9]{1,9}) *(|ms|s|sec|second|m|min|minute|h|hr|hour|d|day)s?");

    private DurationText() {}

    public static Duration parse(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            throw new InvalidValue(text, EXPECTED, guess(text));
        }
        var amount = Long.parseLong(form.group(1));
        return switch (form.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static @Nullable String guess(String text) {
        var loose = LOOSE.matcher(text);
        if (!loose.matches()) {
            return null;
        }
        var unit = loose.group(2);
        return loose.group(1)
                + (unit.isEmpty() ? "s" : unit.equals("ms") ? unit : unit.substring(0, 1));
    }

    /**
     * The shortest form that {@link #parse} reads back as the same duration, to the millisecond.
     */
    public static String format(Duration duration) {
        var millis = duration.toMillis();
        if (millis == 0) {
            return "0s";
        }
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        var seconds = millis / 1000;
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
