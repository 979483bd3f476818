package dev.sallyport.config.audit.secrets;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;

/** A secret that stands in a label. */
public final class SecretInLabel implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D504",
                Severity.MEDIUM,
                "a secret stands in a label",
                "Labels are read by everybody who may list containers, by every tool that follows"
                        + " the engine, and they are kept in the history of the file.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            for (var each : service.labels()) {
                var last = each.key().substring(each.key().lastIndexOf('.') + 1);
                if (!each.value().isEmpty() && SecretNames.isSecret(last)) {
                    findings.add(
                            each.place(),
                            service.title(),
                            each.key(),
                            "the value of the label " + each.key() + " is there to read",
                            "keep it in a file under secrets: and name the file");
                }
            }
        }
    }
}
