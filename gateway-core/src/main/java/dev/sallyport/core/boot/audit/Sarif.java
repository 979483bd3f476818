package dev.sallyport.core.boot.audit;

import dev.sallyport.config.audit.Rules;
import dev.sallyport.config.audit.finding.Finding;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.model.problem.Place;
import dev.sallyport.core.boot.screen.Product;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An audit for code hosts: SARIF 2.1.0 (OASIS). */
final class Sarif {
    private static final String SCHEMA =
            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

    private Sarif() {}

    static Map<String, Object> of(List<Finding> findings) {
        List<RuleInfo> rules = Rules.all().stream().map(Rule::info).toList();
        Map<String, Object> driver = new LinkedHashMap<>();
        driver.put("name", "sallyport audit");
        driver.put("version", Product.version());
        driver.put("rules", rules.stream().map(Sarif::rule).toList());
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("tool", Map.of("driver", driver));
        run.put("columnKind", "unicodeCodePoints");
        run.put("results", findings.stream().map(each -> result(each, rules)).toList());
        Map<String, Object> log = new LinkedHashMap<>();
        log.put("$schema", SCHEMA);
        log.put("version", "2.1.0");
        log.put("runs", List.of(run));
        return log;
    }

    private static Map<String, Object> rule(RuleInfo info) {
        Map<String, Object> rule = new LinkedHashMap<>();
        rule.put("id", info.id());
        rule.put("shortDescription", text(info.title()));
        rule.put("fullDescription", text(info.why()));
        rule.put("help", text(info.why()));
        rule.put("defaultConfiguration", Map.of("level", level(info.severity())));
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("tags", List.of("security"));
        properties.put("security-severity", score(info.severity()));
        rule.put("properties", properties);
        return rule;
    }

    private static Map<String, Object> result(Finding finding, List<RuleInfo> rules) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("ruleId", finding.rule().id());
        result.put("ruleIndex", ids(rules).indexOf(finding.rule().id()));
        result.put("level", level(finding.severity()));
        result.put(
                "message",
                text(finding.subject() + ": " + finding.what() + ". Change: " + finding.change()));
        result.put("locations", List.of(Map.of("physicalLocation", location(finding.place()))));
        result.put("partialFingerprints", Map.of("sallyportKey/v1", finding.key()));
        return result;
    }

    private static List<String> ids(List<RuleInfo> rules) {
        return rules.stream().map(RuleInfo::id).toList();
    }

    private static Map<String, Object> location(Place place) {
        Map<String, Object> location = new LinkedHashMap<>();
        location.put("artifactLocation", Map.of("uri", uri(place.source().name())));
        if (place.line() > 0) {
            Map<String, Object> region = new LinkedHashMap<>();
            region.put("startLine", place.line());
            region.put("startColumn", place.column());
            location.put("region", region);
        }
        return location;
    }

    /** A relative reference where the path is relative, as code hosts want it (RFC 3986). */
    private static String uri(String name) {
        List<String> parts = new ArrayList<>();
        for (Path part : Path.of(name).normalize()) {
            parts.add(
                    java.net.URLEncoder.encode(
                                    part.toString(), java.nio.charset.StandardCharsets.UTF_8)
                            .replace("+", "%20"));
        }
        return (name.startsWith("/") ? "file:///" : "") + String.join("/", parts);
    }

    private static Map<String, Object> text(String text) {
        return Map.of("text", text);
    }

    private static String level(Severity severity) {
        return switch (severity) {
            case CRITICAL, HIGH -> "error";
            case MEDIUM, LOW -> "warning";
            case NOTE -> "note";
        };
    }

    /** What code hosts sort by. */
    private static String score(Severity severity) {
        return switch (severity) {
            case CRITICAL -> "9.5";
            case HIGH -> "8.0";
            case MEDIUM -> "5.5";
            case LOW -> "3.0";
            case NOTE -> "0.0";
        };
    }
}
