package dev.sallyport.config.model.value;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The known word a mistyped one was probably meant for. */
public final class Suggestion {
    private static final int LONGEST = 64;

    private Suggestion() {}

    /** The nearest of the candidates, or null when none is near enough to be worth saying. */
    public static @Nullable String nearest(String word, Collection<String> candidates) {
        if (word.length() > LONGEST) {
            return null;
        }
        var plain = plain(word);
        for (var candidate : candidates) {
            if (abbreviates(plain, plain(candidate))) {
                return candidate;
            }
        }
        String best = null;
        // More wrong letters than these make another word.
        int least = plain.length() <= 3 ? 2 : plain.length() <= 8 ? 3 : 4;
        for (var candidate : candidates) {
            int distance = distance(plain, plain(candidate));
            if (distance < least && !candidate.equals(word)) {
                best = candidate;
                least = distance;
            }
        }
        return best != null ? best : contained(plain, candidates);
    }

    /** Whether each part is the beginning of its fellow: {@code cert-file}. */
    private static boolean abbreviates(String brief, String whole) {
        var parts = brief.split("-", -1);
        var wholes = whole.split("-", -1);
        if (parts.length != wholes.length || brief.equals(whole)) {
            return false;
        }
        for (int i = 0; i < parts.length; i++) {
            boolean beginning = parts[i].length() > 2 && wholes[i].startsWith(parts[i]);
            if (!beginning && !parts[i].equals(wholes[i])) {
                return false;
            }
        }
        return true;
    }

    /** One candidate that holds the word, or is held by it, at a hyphen: {@code prefix}. */
    private static @Nullable String contained(String plain, Collection<String> candidates) {
        String found = null;
        for (var candidate : candidates) {
            var other = plain(candidate);
            boolean part = ("-" + other + "-").contains("-" + plain + "-");
            boolean whole = ("-" + plain + "-").contains("-" + other + "-");
            if (other.length() > 2 && plain.length() > 2 && (part || whole)) {
                if (found != null) {
                    return null;
                }
                found = candidate;
            }
        }
        return found;
    }

    /** Camel case, snake case and capitals are no difference worth a point. */
    private static String plain(String word) {
        return word.replaceAll("([a-z])([A-Z])", "$1-$2")
                .replaceAll("[_ .]", "-")
                .toLowerCase(Locale.ROOT);
    }

    /** Edits from one to the other, a swap of two neighbours being one (optimal alignment). */
    private static int distance(String from, String to) {
        var rows = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            rows[i][0] = i;
        }
        for (int j = 0; j <= to.length(); j++) {
            rows[0][j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            for (int j = 1; j <= to.length(); j++) {
                int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                int least = Math.min(rows[i - 1][j], rows[i][j - 1]) + 1;
                least = Math.min(least, rows[i - 1][j - 1] + change);
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    least = Math.min(least, rows[i - 2][j - 2] + 1);
                }
                rows[i][j] = least;
            }
        }
        return rows[from.length()][to.length()];
    }
}
