package dev.sallyport.core.boot.ask;

import dev.sallyport.core.boot.screen.Colour;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import dev.sallyport.core.boot.screen.Tree;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code status}: how the running edge is. */
@Command(
        name = "status",
        description = {
            "Show how the running edge is: listeners, routes, endpoints, certificates.",
            "Ends with 1 when something is wrong with it.",
        })
public final class Status implements Callable<Integer> {
    /** Longer names push what follows them to the right. */
    private static final int WIDEST = 48;

    @Mixin private RunningEdge edge = new RunningEdge();

    @Option(names = "--json", description = "Print it as JSON, for programs.")
    private boolean isJson;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Failure {
        String json = edge.require("GET", "/status");
        Tree page = Tree.parse(json);
        PrintWriter out = spec.commandLine().getOut();
        if (isJson) {
            out.print(json);
        } else {
            print(page, out);
        }
        out.flush();
        return isWell(page) ? Exit.OK : Exit.PROBLEMS;
    }

    private static boolean isWell(Tree page) {
        return !page.tree("config").text("last-result").equals("refused")
                && page.texts("certificate-problems").isEmpty()
                && page.trees("routes").stream().noneMatch(route -> route.has("closed"));
    }

    private static void print(Tree page, PrintWriter out) {
        Tree transport = page.tree("transport");
        Duration uptime = Duration.ofSeconds(page.number("uptime-seconds"));
        out.printf(
                "sallyport %s, pid %s, up %s%n",
                page.text("version"), page.text("pid"), words(uptime));
        out.printf(
                "transport    %s (%s), %s loops%n",
                transport.text("name"), transport.text("reason"), page.text("loops"));
        out.printf("tls          %s%n", page.text("tls"));
        out.printf("connections  %s%n", page.text("connections"));
        Tree log = page.tree("access-log");
        out.printf(
                "access log   %s records, %s dropped, %s lost%n",
                log.text("records"), log.text("dropped"), log.text("lost"));
        config(page.tree("config"), out);
        List<String> pending = page.texts("needs-restart");
        if (!pending.isEmpty()) {
            out.printf("restart      needed for %s%n", String.join(", ", pending));
        }
        listeners(page, out);
        routes(page, out);
        upstreams(page, out);
        certificates(page, out);
    }

    private static void config(Tree config, PrintWriter out) {
        boolean isRefused = config.text("last-result").equals("refused");
        out.printf(
                "config       generation %s, in force since %s; last read %s: %s%n",
                config.text("generation"),
                second(config.text("applied")),
                second(config.text("read")),
                isRefused ? Colour.red("refused") : config.text("last-result"));
        config.texts("problems").forEach(problem -> out.printf("  %s%n", problem));
    }

    /** The same instant without what is below a second. */
    private static String second(String instant) {
        int point = instant.indexOf('.');
        return point < 0 ? instant : instant.substring(0, point) + "Z";
    }

    /** A heading, and how wide its first column is; nothing where there are no rows. */
    private static int heading(String text, List<Tree> rows, String column, PrintWriter out) {
        if (!rows.isEmpty()) {
            out.printf("%n%s%n", text);
        }
        return rows.stream()
                .mapToInt(row -> Math.min(row.text(column).length(), WIDEST))
                .max()
                .orElse(1);
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static void listeners(Tree page, PrintWriter out) {
        List<Tree> listeners = page.trees("listeners");
        int width = heading("listeners", listeners, "name", out);
        for (Tree listener : listeners) {
            out.printf(
                    "  %s  %s%s%s%n",
                    padded(listener.text("name"), width),
                    listener.text("address"),
                    listener.text("kind").equals("http")
                            ? ""
                            : ", " + listener.text("kind").toUpperCase(Locale.ROOT),
                    listener.is("tls")
                            ? ", TLS"
                            : listener.is("redirect-to-https") ? ", redirects to HTTPS" : "");
        }
    }

    private static void routes(Tree page, PrintWriter out) {
        List<Tree> routes = page.trees("routes");
        int width = heading("routes", routes, "name", out);
        for (Tree route : routes) {
            out.printf(
                    "  %s  %s%s%n",
                    padded(route.text("name"), width),
                    route.text("action"),
                    route.has("closed") ? Colour.red(" CLOSED: " + route.text("closed")) : "");
        }
    }

    private static void upstreams(Tree page, PrintWriter out) {
        List<Tree> upstreams = page.trees("upstreams");
        heading("upstreams", upstreams, "name", out);
        for (Tree upstream : upstreams) {
            out.printf("  %s%n", upstream.text("name"));
            upstream.trees("endpoints").forEach(each -> out.printf("    %s%n", endpoint(each)));
            for (Tree name : upstream.tree("care").trees("names")) {
                if (name.has("problem")) {
                    out.printf(
                            "    %s%n",
                            Colour.red(name.text("name") + ": " + name.text("problem")));
                }
            }
        }
    }

    /** One line for an endpoint; also for {@code explain}. */
    static String endpoint(Tree endpoint) {
        String state = endpoint.text("state");
        if (state.isEmpty()) {
            return endpoint.text("endpoint") + "  weight " + endpoint.text("weight");
        }
        String shown = state.equals("healthy") ? Colour.green(state) : Colour.red(state);
        return "%-24s %s, %s connections, %s requests in flight%s"
                .formatted(
                        endpoint.text("endpoint"),
                        shown,
                        endpoint.text("connections"),
                        endpoint.text("requests"),
                        endpoint.has("reason") ? ": " + endpoint.text("reason") : "");
    }

    private static void certificates(Tree page, PrintWriter out) {
        boolean isEmpty =
                page.trees("certificates").isEmpty()
                        && page.trees("obtained-certificates").isEmpty()
                        && page.texts("certificate-problems").isEmpty();
        if (!isEmpty) {
            out.printf("%ncertificates%n");
        }
        for (Tree certificate : page.trees("certificates")) {
            out.printf(
                    "  %s: %s days left, until %s%n",
                    String.join(", ", certificate.texts("names")),
                    certificate.text("days-left"),
                    certificate.text("until"));
        }
        for (Tree obtained : page.trees("obtained-certificates")) {
            if (!obtained.text("state").equals("active")) {
                out.printf(
                        "  %s: %s%s%n",
                        String.join(", ", obtained.texts("names")),
                        obtained.text("state"),
                        obtained.has("failure") ? ", again " + obtained.text("next") : "");
            }
        }
        page.texts("certificate-problems")
                .forEach(problem -> out.printf("  %s%n", Colour.red(problem)));
    }

    private static String words(Duration time) {
        long days = time.toDays();
        return (days > 0 ? days + "d " : "")
                + (time.toHours() > 0 ? time.toHoursPart() + "h " : "")
                + (time.toMinutes() > 0 ? time.toMinutesPart() + "m " : "")
                + time.toSecondsPart()
                + "s";
    }
}
