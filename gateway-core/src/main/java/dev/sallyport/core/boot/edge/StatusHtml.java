package dev.sallyport.core.boot.edge;

import dev.sallyport.core.boot.screen.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How the edge is, as a page for people: what {@link StatusPage} tells, what is wrong first. Whole
 * in one answer, without scripts; it loads itself again every five seconds.
 */
final class StatusHtml {
    /** Renewal begins with a third of the life left. */
    private static final int LATE_PERCENT = 25;

    private final Tree page;
    private final StringBuilder out = new StringBuilder(16_384);

    private StatusHtml(Tree page) {
        this.page = page;
    }

    static String of(Map<String, Object> status) {
        return new StatusHtml(Tree.of(status)).write();
    }

    private String write() {
        List<String> problems = problems();
        out.append(
                "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                        + "<meta name=\"viewport\" content=\"width=device-width\">\n"
                        + "<meta http-equiv=\"refresh\" content=\"5\">\n<title>");
        out.append(problems.isEmpty() ? "" : "(" + problems.size() + ") ").append("Sallyport");
        out.append("</title>\n<style>\n").append(style()).append("</style></head><body>\n");
        header(problems.isEmpty());
        if (!problems.isEmpty()) {
            out.append("<section class=\"wrong\"><h2>What is wrong</h2><ul>\n");
            problems.forEach(each -> out.append("<li>").append(safe(each)).append("</li>\n"));
            out.append("</ul></section>\n");
        }
        listeners();
        routes();
        upstreams();
        certificates();
        discovery();
        footer();
        return out.append("</body></html>\n").toString();
    }

    private List<String> problems() {
        List<String> problems = new ArrayList<>();
        Tree config = page.tree("config");
        if (config.text("last-result").equals("refused")) {
            problems.add("The configuration read last was refused; the one before is in force.");
        }
        problems.addAll(config.texts("problems"));
        for (Tree route : page.trees("routes")) {
            if (route.has("closed")) {
                problems.add("Route " + route.text("name") + " is closed: " + route.text("closed"));
            }
        }
        for (Tree upstream : page.trees("upstreams")) {
            List<Tree> endpoints = upstream.trees("endpoints");
            if (endpoints.stream().noneMatch(StatusHtml::isHealthy)) {
                problems.add("Upstream " + upstream.text("name") + " has no healthy endpoint.");
            }
            for (Tree name : upstream.tree("care").trees("names")) {
                if (name.has("problem")) {
                    problems.add(name.text("name") + ": " + name.text("problem"));
                }
            }
        }
        problems.addAll(page.texts("certificate-problems"));
        for (Tree discovery : page.trees("discovery")) {
            if (discovery.text("state").equals("stale")) {
                problems.add(
                        "What "
                                + discovery.text("name")
                                + " found is stale: "
                                + discovery.text("reason"));
            }
            problems.addAll(discovery.texts("problems"));
        }
        List<String> pending = page.texts("needs-restart");
        if (!pending.isEmpty()) {
            problems.add("A start is needed for " + String.join(", ", pending) + ".");
        }
        return problems;
    }

    private void header(boolean isWell) {
        out.append("<header><h1>Sallyport</h1>").append(pill(isWell ? "well" : "look", isWell));
        out.append("<dl>");
        fact("up", uptime(Duration.ofSeconds(page.number("uptime-seconds"))));
        fact("connections", page.text("connections"));
        fact("configuration", "generation " + page.tree("config").text("generation"));
        out.append("</dl></header>\n");
    }

    private void fact(String name, String value) {
        out.append("<div><dt>").append(name).append("</dt><dd>");
        out.append(safe(value)).append("</dd></div>");
    }

    private void listeners() {
        begin("Listeners", page.trees("listeners"), "name", "address", "speaks");
        for (Tree each : page.trees("listeners")) {
            String speaks =
                    (each.is("tls") ? "TLS" : "plain")
                            + (each.has("http3") ? ", HTTP/3 " + each.text("http3") : "")
                            + (each.is("redirect-to-https") ? ", redirects to HTTPS" : "");
            row(safe(each.text("name")), safe(each.text("address")), safe(speaks));
        }
        end(page.trees("listeners"));
    }

    private void routes() {
        begin("Routes", page.trees("routes"), "name", "for", "does", "");
        for (Tree each : page.trees("routes")) {
            row(
                    safe(each.text("name")),
                    safe(
                            (String.join(", ", each.texts("hosts")) + " " + each.text("path"))
                                    .strip()),
                    safe(each.text("action")),
                    each.has("closed") ? pill("closed", false) : pill("open", true));
        }
        end(page.trees("routes"));
    }

    private void upstreams() {
        List<Tree> upstreams = page.trees("upstreams");
        begin("Upstreams", upstreams, "endpoint", "state", "connections", "in flight");
        for (Tree upstream : upstreams) {
            out.append("<tr><th colspan=\"4\">").append(safe(upstream.text("name")));
            out.append("</th></tr>\n");
            for (Tree each : upstream.trees("endpoints")) {
                String reason = each.has("reason") ? " " + safe(each.text("reason")) : "";
                row(
                        safe(each.text("endpoint")),
                        pill(each.text("state"), isHealthy(each)) + reason,
                        safe(each.text("connections")),
                        safe(each.text("requests")));
            }
        }
        end(upstreams);
    }

    private static boolean isHealthy(Tree endpoint) {
        return endpoint.text("state").equals("healthy");
    }

    private void certificates() {
        List<Tree> certificates = page.trees("certificates");
        begin("Certificates", certificates, "names", "days left", "of its life", "until");
        for (Tree each : certificates) {
            long percent = each.number("percent-left");
            row(
                    safe(String.join(", ", each.texts("names"))),
                    safe(each.text("days-left")),
                    pill(percent + " %", percent >= LATE_PERCENT),
                    safe(each.text("until")));
        }
        end(certificates);
        List<Tree> waiting =
                page.trees("obtained-certificates").stream()
                        .filter(each -> !each.text("state").equals("active"))
                        .toList();
        begin("Certificates to come", waiting, "names", "state", "next try");
        for (Tree each : waiting) {
            row(
                    safe(String.join(", ", each.texts("names"))),
                    pill(each.text("state"), !each.has("failure")),
                    safe(each.text("next")));
        }
        end(waiting);
    }

    private void discovery() {
        List<Tree> found = page.trees("discovery");
        begin("Discovery", found, "name", "state", "workloads", "source");
        for (Tree each : found) {
            row(
                    safe(each.text("name")),
                    pill(each.text("state"), each.text("state").equals("current")),
                    safe(each.text("workloads")),
                    safe(each.text("source")));
        }
        end(found);
    }

    private void footer() {
        Tree transport = page.tree("transport");
        Tree log = page.tree("access-log");
        out.append("<footer>");
        out.append(safe("sallyport " + page.text("version") + ", pid " + page.text("pid")));
        out.append(" &middot; ").append(safe(transport.text("name") + ", "));
        out.append(safe(page.text("loops") + " loops, " + page.text("tls")));
        out.append(" &middot; access log: ");
        out.append(safe(log.text("records") + " records, " + log.text("dropped") + " dropped, "));
        out.append(safe(log.text("lost") + " lost"));
        out.append(" &middot; <a href=\"/status\">JSON</a> <a href=\"/metrics\">metrics</a>");
        out.append("</footer>\n");
    }

    /** A section with a table, unless it has no rows. */
    private void begin(String title, List<Tree> rows, String... columns) {
        if (rows.isEmpty()) {
            return;
        }
        out.append("<section><h2>").append(title).append("</h2><table><thead><tr>");
        for (String column : columns) {
            out.append("<th>").append(column).append("</th>");
        }
        out.append("</tr></thead><tbody>\n");
    }

    private void end(List<Tree> rows) {
        if (!rows.isEmpty()) {
            out.append("</tbody></table></section>\n");
        }
    }

    /** Cells that are safe already. */
    private void row(String... cells) {
        out.append("<tr>");
        for (String cell : cells) {
            out.append("<td>").append(cell).append("</td>");
        }
        out.append("</tr>\n");
    }

    private static String pill(String word, boolean isGood) {
        return "<span class=\"" + (isGood ? "good" : "bad") + "\">" + safe(word) + "</span>";
    }

    private static String uptime(Duration time) {
        return time.toDays() > 0
                ? time.toDays() + " d " + time.toHoursPart() + " h"
                : time.toHours() > 0
                        ? time.toHours() + " h " + time.toMinutesPart() + " min"
                        : time.toMinutes() + " min " + time.toSecondsPart() + " s";
    }

    /** Names come from labels and files that strangers may write. */
    private static String safe(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '&' -> safe.append("&amp;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.append(c);
            }
        }
        return safe.toString();
    }

    private static String style() {
        try (InputStream in = StatusHtml.class.getResourceAsStream("status.css")) {
            if (in == null) {
                throw new IllegalStateException("status.css: absent (expected: in the jar)");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
