package dev.sallyport.config.model.value;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A number of bytes, written with a binary unit: {@code 16KiB}. */
@Written(as = "size", pattern = "^[0-9]+(B|KiB|MiB|GiB)$")
public record DataSize(long bytes) implements Comparable<DataSize> {
    private static final String EXPECTED = "a size such as 512B, 16KiB, 10MiB or 1GiB";
    private static final Pattern FORM = Pattern.compile("([0-9]{1,15})(B|KiB|MiB|GiB)");
    private static final Pattern LOOSE = Pattern.compile("([0-9]{1,15}) *([kKmMgG]?)[iI]?[bB]?");

    public DataSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes: " + bytes + " (expected: >= 0)");
        }
    }

    public static DataSize parse(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            throw new InvalidValue(text, EXPECTED, guess(text));
        }
        try {
            return new DataSize(
                    Math.multiplyExact(Long.parseLong(form.group(1)), factor(form.group(2))));
        } catch (ArithmeticException _) {
            throw new InvalidValue(text, EXPECTED);
        }
    }

    @Override
    public int compareTo(DataSize other) {
        return Long.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        for (var unit : new String[] {"GiB", "MiB", "KiB"}) {
            if (bytes > 0 && bytes % factor(unit) == 0) {
                return bytes / factor(unit) + unit;
            }
        }
        return bytes + "B";
    }

    private static @Nullable String guess(String text) {
        var loose = LOOSE.matcher(text);
        if (!loose.matches()) {
            return null;
        }
        var unit = loose.group(2).toUpperCase(Locale.ROOT);
        return loose.group(1) + (unit.isEmpty() ? "B" : unit + "iB");
    }

    private static long factor(String unit) {
        return switch (unit) {
            case "KiB" -> 1L << 10;
            case "MiB" -> 1L << 20;
            case "GiB" -> 1L << 30;
            default -> 1;
        };
    }
}
