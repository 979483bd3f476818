package dev.sallyport.core.boot.audit;

import dev.sallyport.config.audit.Reachability;
import dev.sallyport.config.audit.finding.Finding;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.core.boot.screen.Colour;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An audit for a person at a terminal. */
final class AuditText {
    private static final int WIDTH = 100;
    private static final int WIDEST_TABLE = 10;

    private final PrintWriter out;

    AuditText(PrintWriter out) {
        this.out = out;
    }

    void findings(List<Finding> findings) {
        for (Finding each : findings) {
            String severity = each.severity().word();
            boolean isBad = each.severity().reaches(Severity.HIGH);
            out.println(
                    each.place()
                            + " "
                            + each.rule().id()
                            + " "
                            + (isBad ? Colour.red(severity) : severity)
                            + "  "
                            + visible(each.subject() + ": " + each.what()));
            paragraph("why", each.rule().why());
            paragraph("change", each.change());
            out.println();
        }
    }

    /** Names were written by many; none is to move a terminal's cursor. */
    private static String visible(String text) {
        StringBuilder visible = new StringBuilder();
        text.codePoints()
                .forEach(c -> {
                    boolean isPlain =
                            !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT;
                    visible.append(isPlain ? Character.toString(c) : "\\u%04x".formatted(c));
                });
        return visible.toString();
    }

    private void paragraph(String heading, String text) {
        StringBuilder line = new StringBuilder("    %-8s".formatted(heading));
        for (String word : visible(text).split(" ", -1)) {
            if (line.length() + 1 + word.length() > WIDTH && line.length() > 12) {
                out.println(line);
                line = new StringBuilder(" ".repeat(12));
            }
            line.append(line.length() == 12 ? "" : " ").append(word);
        }
        out.println(line);
    }

    /** Who reaches what, as a table while it is narrow enough. */
    void matrix(List<Reachability.Row> rows) {
        if (rows.isEmpty()) {
            return;
        }
        String project = commonProject(rows);
        Set<String> who = new LinkedHashSet<>(List.of(Reachability.LAN, Reachability.HOST));
        rows.forEach(row -> who.addAll(row.from().keySet()));
        out.println("who reaches what");
        if (who.size() > WIDEST_TABLE) {
            rows.forEach(row ->
                    out.printf(
                            "  %s %s: %s%n",
                            row.service(),
                            row.port(),
                            row.from().isEmpty()
                                    ? "nobody"
                                    : visible(String.join(", ", row.from().keySet()))));
            out.println();
            return;
        }
        List<List<String>> table = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("", ""));
        who.forEach(each -> head.add(brief(each, project)));
        table.add(head);
        for (Reachability.Row row : rows) {
            List<String> line =
                    new ArrayList<>(List.of(brief(row.service(), project), visible(row.port())));
            for (String each : who) {
                line.add(each.equals(row.service()) ? "-" : cell(row.from().get(each)));
            }
            table.add(line);
        }
        table.forEach(line -> out.println("  " + aligned(line, table)));
        out.println();
    }

    /** What all names begin with; empty where they are of several projects. */
    private static String commonProject(List<Reachability.Row> rows) {
        String first = rows.getFirst().service();
        String project = first.substring(0, first.indexOf('/') + 1);
        return rows.stream().allMatch(row -> row.service().startsWith(project)) ? project : "";
    }

    private static String brief(String name, String project) {
        return visible(name.startsWith(project) ? name.substring(project.length()) : name);
    }

    private static String cell(@Nullable String way) {
        if (way == null) {
            return ".";
        }
        return way.equals(Reachability.OLD) ? "<28" : "yes";
    }

    private static String aligned(List<String> line, List<List<String>> table) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < line.size(); i++) {
            int column = i;
            int width = table.stream().mapToInt(each -> each.get(column).length()).max().orElse(0);
            text.append(line.get(i)).append(" ".repeat(width - line.get(i).length() + 2));
        }
        return text.toString().stripTrailing();
    }

    void verdict(List<Finding> findings, int accepted, List<String> spent) {
        spent.forEach(
                each -> out.println("baseline: \"" + visible(each) + "\" is not found any more"));
        List<String> counts = new ArrayList<>();
        for (Severity severity : Severity.values()) {
            long count = findings.stream().filter(each -> each.severity() == severity).count();
            if (count > 0) {
                counts.add(count + " " + severity.word());
            }
        }
        String known = accepted == 0 ? "" : "; " + accepted + " in the baseline";
        out.println(
                findings.isEmpty()
                        ? Colour.green("nothing found") + known
                        : count(findings.size(), "finding")
                                + ": "
                                + String.join(", ", counts)
                                + known);
    }

    static String count(long number, String word) {
        return number + " " + word + (number == 1 ? "" : "s");
    }
}
