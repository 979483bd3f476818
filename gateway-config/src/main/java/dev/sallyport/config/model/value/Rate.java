package dev.sallyport.config.model.value;

import java.time.Duration;
import java.util.regex.Pattern;

/** So many in so long: {@code 100/s}, {@code 10/m}, {@code 1000/h}. */
@Written(as = "rate", pattern = "^[1-9][0-9]*/(s|m|h|d)$")
public record Rate(long count, Duration per) {
    private static final String EXPECTED = "a rate such as 100/s, 10/m or 1000/h";
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})/(s|m|h|d)");
    private static final Pattern BARE = Pattern.compile("[1-9][0-9]{0,8}");

    public Rate {
        if (count < 1 || !per.isPositive()) {
            throw new IllegalArgumentException(
                    "rate: " + count + " in " + per + " (expected: both above 0)");
        }
    }

    public static Rate parse(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            throw new InvalidValue(
                    text, EXPECTED, BARE.matcher(text).matches() ? text + "/s" : null);
        }
        return new Rate(Long.parseLong(form.group(1)), DurationText.parse("1" + form.group(2)));
    }

    @Override
    public String toString() {
        var per = DurationText.format(this.per);
        return count + "/" + (per.startsWith("1") ? per.substring(1) : per);
    }
}
