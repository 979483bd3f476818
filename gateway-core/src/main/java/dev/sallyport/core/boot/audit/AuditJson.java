package dev.sallyport.core.boot.audit;

import dev.sallyport.config.audit.Reachability;
import dev.sallyport.config.audit.finding.Finding;
import dev.sallyport.config.audit.seen.Estate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An audit for programs. */
final class AuditJson {
    private AuditJson() {}

    static Map<String, Object> of(Estate estate, List<Finding> findings, int accepted) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("findings", findings.stream().map(AuditJson::finding).toList());
        tree.put("accepted", accepted);
        tree.put("reachability", Reachability.of(estate).stream().map(AuditJson::row).toList());
        return tree;
    }

    private static Map<String, Object> finding(Finding finding) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", finding.rule().id());
        tree.put("severity", finding.severity().word());
        tree.put("file", finding.place().source().name());
        tree.put("line", finding.place().line());
        tree.put("column", finding.place().column());
        tree.put("subject", finding.subject());
        tree.put("detail", finding.detail());
        tree.put("what", finding.what());
        tree.put("why", finding.rule().why());
        tree.put("change", finding.change());
        return tree;
    }

    private static Map<String, Object> row(Reachability.Row row) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("service", row.service());
        tree.put("port", row.port());
        tree.put("from", row.from());
        return tree;
    }
}
