package dev.sallyport.config.audit.secrets;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.Variable;

/** A secret that stands in an environment. */
public final class SecretInEnvironment implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D501",
                Severity.HIGH,
                "a secret stands in an environment",
                "Who may inspect the container reads it, every process in it inherits it, and it "
                        + "is in crash reports and in the history of the file.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            for (var each : service.environment()) {
                boolean isSecret =
                        each.kind() == Variable.Kind.LITERAL_URL
                                || (each.kind() == Variable.Kind.LITERAL
                                        && SecretNames.isSecret(each.name()));
                if (isSecret) {
                    findings.add(
                            each.place(),
                            service.title(),
                            each.name(),
                            "the value of " + each.name() + " is there to read",
                            "write "
                                    + each.name()
                                    + "_FILE: /run/secrets/"
                                    + SecretNames.file(each.name())
                                    + " where the image knows it, and name the secret under secrets:");
                }
            }
        }
    }
}
