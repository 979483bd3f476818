package dev.sallyport.config.check;

import dev.sallyport.config.check.rule.Report;
import dev.sallyport.config.check.rule.Rule;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.RouteMatch;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.value.ValueMatch;
import java.util.Map;

/** Regular expressions compile. */
final class RegexRule implements Rule {
    private final RegexCheck regexes;

    RegexRule(RegexCheck regexes) {
        this.regexes = regexes;
    }

    @Override
    public void check(GatewayConfig config, Report report) {
        for (var route : config.routes()) {
            var path = "routes." + route.name();
            if (route.match().path() instanceof RouteMatch.Regex(var regex)) {
                check(regex, path + ".path-regex", report);
            }
            check(route.match().headers(), path + ".headers", report);
            check(route.match().query(), path + ".query", report);
        }
    }

    private void check(Map<String, ValueMatch> matches, String path, Report report) {
        matches.forEach((name, match) -> {
            if (match instanceof ValueMatch.Regex(var regex)) {
                check(regex, path + "." + name, report);
            }
        });
    }

    private void check(String regex, String path, Report report) {
        var problem = regexes.findProblem(regex);
        if (problem != null) {
            report.error(path, Problem.quote(regex), "an RE2 expression; " + problem);
        }
    }
}
