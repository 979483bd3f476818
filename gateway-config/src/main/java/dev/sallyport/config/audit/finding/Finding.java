package dev.sallyport.config.audit.finding;

import dev.sallyport.config.model.problem.Place;

/**
 * One thing that was found.
 *
 * @param subject whose it is, such as {@code shop/db}
 * @param detail what of it, such as {@code 5432/tcp}; with rule and subject it tells this finding
 *     from others, also after lines have moved
 * @param what what is wrong, in a line
 * @param change the exact change that ends it
 */
public record Finding(
        RuleInfo rule,
        Severity severity,
        Place place,
        String subject,
        String detail,
        String what,
        String change) {
    /** What a baseline knows it by, in one line. */
    public String key() {
        return (rule.id() + " " + subject + " " + detail).replaceAll("\\p{Cntrl}", " ").strip();
    }
}
