package dev.sallyport.core.boot.ask;

import dev.sallyport.acme.json.Json;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.core.boot.edge.Explainer;
import dev.sallyport.core.boot.edge.Question;
import dev.sallyport.core.boot.inspect.ConfigFile;
import dev.sallyport.core.boot.screen.Colour;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import dev.sallyport.core.boot.screen.Tree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code explain}: why a request goes where it goes. */
@Command(
        name = "explain",
        description = {
            "Tell why a request goes where it goes: the routes considered, why each lost, the"
                    + " filters, the endpoints.",
            "By the running edge, or by a file with --config. Nothing is sent.",
        })
public final class Explain implements Callable<Integer> {
    @Parameters(
            paramLabel = "URL",
            description = {
                "Such as https://app.example.com/path?x=1; of TCP and UDP routes",
                "tls://db.example.com:5432, tcp://localhost:6379, udp://localhost:53."
            })
    private String url = "";

    @Option(
            names = {"-X", "--method"},
            paramLabel = "METHOD",
            description = "Its method (default: ${DEFAULT-VALUE}).",
            defaultValue = "GET")
    private String method = "GET";

    @Option(
            names = {"-H", "--header"},
            paramLabel = "LINE",
            description = "A header field such as \"x-version: 2\"; as often as needed.")
    private List<String> headers = new ArrayList<>();

    @Option(
            names = "--alpn",
            paramLabel = "NAME",
            description = "A protocol that a tls:// client offers; as often as needed.")
    private List<String> protocols = new ArrayList<>();

    @Option(
            names = "--client",
            paramLabel = "ADDRESS",
            description = "Where it comes from (default: ${DEFAULT-VALUE}).",
            defaultValue = Question.CLIENT)
    private String client = Question.CLIENT;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE|FOLDER",
            description = "Explain by this configuration instead of the running edge.")
    private @Nullable Path config;

    @Option(names = "--json", description = "Print it as JSON, for programs.")
    private boolean isJson;

    @Mixin private RunningEdge edge = new RunningEdge();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Failure, IOException {
        String asked = protocols.isEmpty() ? url : url + "?alpn=" + String.join(",", protocols);
        Question question = new Question(asked, method, headers, client);
        String json = answer(question);
        Tree page = Tree.parse(json);
        PrintWriter out = spec.commandLine().getOut();
        if (isJson) {
            out.print(json);
        } else {
            print(page, out);
        }
        out.flush();
        return page.has("route") ? Exit.OK : Exit.PROBLEMS;
    }

    private String answer(Question question) throws Failure, IOException {
        Path file = config;
        if (file == null) {
            return edge.require("GET", "/explain?" + question.toQuery());
        }
        GatewayConfig read = ConfigFile.require(file);
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        Json.write(Explainer.of(read).explain(question), json);
        return json.toString(StandardCharsets.UTF_8);
    }

    private static void print(Tree page, PrintWriter out) {
        out.printf("%s%n", (page.text("method") + " " + page.text("url")).strip());
        if (page.has("path")) {
            out.printf("matched as  %s %s%n", page.text("host"), page.text("path"));
        }
        if (page.has("listener")) {
            out.printf("listener    %s%n", page.text("listener"));
        }
        if (page.has("candidates")) {
            out.printf("candidates%s%n", page.trees("candidates").isEmpty() ? "  none" : "");
        }
        for (Tree candidate : page.trees("candidates")) {
            boolean hasWon = candidate.text("outcome").equals("won");
            out.printf(
                    "  %-16s %s%n",
                    candidate.text("route"),
                    hasWon
                            ? Colour.green("wins") + ", host " + candidate.text("host")
                            : "loses: " + candidate.text("reason"));
        }
        if (page.has("filters")) {
            List<String> filters = page.texts("filters");
            out.printf("filters     %s%n", filters.isEmpty() ? "none" : String.join(", ", filters));
        }
        out.printf("answer      %s%n", page.text("answer"));
        page.trees("endpoints").forEach(each -> out.printf("  %s%n", Status.endpoint(each)));
    }
}
