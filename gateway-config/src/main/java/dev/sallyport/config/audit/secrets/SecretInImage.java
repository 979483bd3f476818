package dev.sallyport.config.audit.secrets;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;

/** A secret among the arguments of a build. */
public final class SecretInImage implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D503",
                Severity.HIGH,
                "a secret is an argument of a build",
                "Arguments stay in the history of the image: everybody who may pull it reads "
                        + "them.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            for (var each : service.all("build.args")) {
                if (SecretNames.isSecret(each.value())) {
                    findings.add(
                            each.place(),
                            service.title(),
                            each.value(),
                            each.value() + " is an argument of the build of " + service.name(),
                            "name it under build.secrets and read it by RUN --mount=type=secret,id="
                                    + SecretNames.file(each.value()));
                }
            }
        }
    }
}
