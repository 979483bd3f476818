package dev.sallyport.config.check;

import dev.sallyport.config.check.certificate.AcmeRule;
import dev.sallyport.config.check.certificate.CertificateRule;
import dev.sallyport.config.check.rule.Report;
import dev.sallyport.config.check.rule.Rule;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.problem.Places;
import dev.sallyport.config.model.problem.Problem;
import java.util.List;

/** All rules that look at more than one setting, or beyond the text of it. */
public final class ConfigCheck {
    private final List<Rule> rules;

    /** The rules, with the compiler of expressions the edge will use. */
    public ConfigCheck(RegexCheck regexes) {
        this.rules =
                List.of(
                        new ReferenceRule(),
                        new ListenerRule(),
                        new RouteRule(),
                        new RelayRule(),
                        new RelayRule.Hello(),
                        new RegexRule(regexes),
                        new FileRule(),
                        new CertificateRule(),
                        new AcmeRule(),
                        new UpstreamRule(),
                        new ExposureRule());
    }

    /** What is wrong with a configuration that could be read, in the order of the rules. */
    public List<Problem> check(GatewayConfig config, Places places) {
        var report = new Report(places);
        for (var rule : rules) {
            rule.check(config, report);
        }
        return report.problems();
    }
}
