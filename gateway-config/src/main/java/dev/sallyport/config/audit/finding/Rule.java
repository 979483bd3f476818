package dev.sallyport.config.audit.finding;

import dev.sallyport.config.audit.seen.Estate;

/** One thing that is looked for. */
public interface Rule {
    RuleInfo info();

    /** Looks through all there is. */
    void look(Estate estate, Findings findings);
}
