package dev.sallyport.config.audit.finding;

import dev.sallyport.config.model.problem.Place;
import java.util.ArrayList;
import java.util.List;

/** Takes what one rule finds. */
public final class Findings {
    private final RuleInfo rule;
    private final List<Finding> found = new ArrayList<>();

    public Findings(RuleInfo rule) {
        this.rule = rule;
    }

    /** One more, as bad as usual. */
    public void add(Place place, String subject, String detail, String what, String change) {
        add(rule.severity(), place, subject, detail, what, change);
    }

    /** One more. */
    public void add(
            Severity severity,
            Place place,
            String subject,
            String detail,
            String what,
            String change) {
        found.add(new Finding(rule, severity, place, subject, detail, what, change));
    }

    public List<Finding> all() {
        return List.copyOf(found);
    }
}
