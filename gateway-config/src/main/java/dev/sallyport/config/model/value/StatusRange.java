package dev.sallyport.config.model.value;

import java.util.regex.Pattern;

/** Response status codes from one to another, both included: {@code 200-399}, {@code 204}. */
@Written(as = "status range", pattern = "^[1-5][0-9]{2}(-[1-5][0-9]{2})?$")
public record StatusRange(int from, int to) {
    private static final Pattern FORM = Pattern.compile("([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?");

    public StatusRange {
        if (from < 100 || to > 599 || from > to) {
            throw new IllegalArgumentException(
                    "status: " + from + "-" + to + " (expected: within 100-599, rising)");
        }
    }

    public static StatusRange parse(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            throw new InvalidValue(text, "a status or a range such as 200-399");
        }
        int from = Integer.parseInt(form.group(1));
        int to = form.group(2) == null ? from : Integer.parseInt(form.group(2));
        if (from > to) {
            throw new InvalidValue(text, "a range that rises", to + "-" + from);
        }
        return new StatusRange(from, to);
    }

    public boolean contains(int status) {
        return status >= from && status <= to;
    }

    @Override
    public String toString() {
        return from == to ? Integer.toString(from) : from + "-" + to;
    }
}
