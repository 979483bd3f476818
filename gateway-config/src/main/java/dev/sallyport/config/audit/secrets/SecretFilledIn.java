package dev.sallyport.config.audit.secrets;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.Variable;

/** A secret that gets into an environment when the container is made. */
public final class SecretFilledIn implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D502",
                Severity.LOW,
                "a secret is put into an environment",
                "It is not in the file, but who may inspect the container reads it all the same, "
                        + "and every process in it inherits it.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            for (var each : service.environment()) {
                if (each.kind() == Variable.Kind.FILLED_IN && SecretNames.isSecret(each.name())) {
                    findings.add(
                            each.place(),
                            service.title(),
                            each.name(),
                            each.name() + " is put into the environment of " + service.name(),
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
