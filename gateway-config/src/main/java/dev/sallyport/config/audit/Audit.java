package dev.sallyport.config.audit;

import dev.sallyport.config.audit.finding.Finding;
import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.seen.Estate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/** Every rule over all there is. */
public final class Audit {
    private Audit() {}

    /** What the rules find, the worst first, then as it is written; each once. */
    public static List<Finding> of(Estate estate) {
        var all = new ArrayList<Finding>();
        for (var rule : Rules.all()) {
            var findings = new Findings(rule.info());
            rule.look(estate, findings);
            var known = new HashSet<String>();
            findings.all().stream().filter(each -> known.add(each.key())).forEach(all::add);
        }
        all.sort(
                Comparator.comparing(Finding::severity)
                        .thenComparing(each -> each.place().source().name())
                        .thenComparingInt(each -> each.place().line())
                        .thenComparing(each -> each.rule().id()));
        return all;
    }
}
