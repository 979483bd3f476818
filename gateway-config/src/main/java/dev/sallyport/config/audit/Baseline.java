package dev.sallyport.config.audit;

import dev.sallyport.config.audit.finding.Finding;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Findings that are known and accepted: a line each, by rule, subject and detail, so that it holds
 * when lines move. What follows two spaces and a {@code #} is for people.
 */
public final class Baseline {
    private final Set<String> known;

    private Baseline(Set<String> known) {
        this.known = known;
    }

    /** None. */
    public static Baseline none() {
        return new Baseline(Set.of());
    }

    /** Reads the lines of a file. */
    public static Baseline of(List<String> lines) {
        var known = new LinkedHashSet<String>();
        for (var line : lines) {
            int comment = line.startsWith("#") ? 0 : line.indexOf("  #");
            var key = (comment < 0 ? line : line.substring(0, comment)).strip();
            if (!key.isEmpty()) {
                known.add(key);
            }
        }
        return new Baseline(known);
    }

    /** A file that knows these. */
    public static String write(List<Finding> findings) {
        var text =
                new StringBuilder(
                        "# Findings of \"sallyport audit\" that are accepted, one a line; say why"
                                + " after two spaces and #.\n");
        findings.stream()
                .map(Finding::key)
                .sorted()
                .distinct()
                .forEach(key -> text.append(key).append('\n'));
        return text.toString();
    }

    /** Those that are not known. */
    public List<Finding> fresh(List<Finding> findings) {
        return findings.stream().filter(each -> !known.contains(each.key())).toList();
    }

    /** Lines that stand for nothing any more. */
    public List<String> spent(List<Finding> findings) {
        var left = new ArrayList<>(known);
        findings.forEach(each -> left.remove(each.key()));
        return left;
    }
}
