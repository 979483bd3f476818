package dev.sallyport.config.audit.finding;

/**
 * What a rule is called and why there is one.
 *
 * @param id such as {@code SP-D101}; never used for something else
 * @param severity the usual one
 * @param title what is wrong, in a few words
 * @param why what it leads to, in a sentence or two
 */
public record RuleInfo(String id, Severity severity, String title, String why) {}
