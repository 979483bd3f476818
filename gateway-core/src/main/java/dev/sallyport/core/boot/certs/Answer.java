package dev.sallyport.core.boot.certs;

import dev.sallyport.core.boot.screen.Failure;
import dev.sallyport.core.boot.screen.Tree;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How an answer is printed: as JSON for programs, or as a verb says for people. */
final class Answer {
    @Option(names = "--json", description = "Print it as JSON, for programs.")
    private boolean isJson;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /** Prints a tree for people. */
    @FunctionalInterface
    interface Words {
        void print(Tree tree, PrintWriter out);
    }

    /** Prints and returns what was answered. */
    Tree print(String json, Words words) throws Failure {
        Tree tree = Tree.parse(json);
        PrintWriter out = spec.commandLine().getOut();
        if (isJson) {
            out.print(json);
        } else {
            words.print(tree, out);
        }
        out.flush();
        return tree;
    }

    /** One certificate in a line. */
    static void line(Tree certificate, PrintWriter out) {
        out.printf(
                "%-10s %-40s until %-24s next %s%s%n",
                certificate.text("state"),
                String.join(", ", certificate.texts("names")),
                certificate.has("until") ? certificate.text("until") : "-",
                certificate.text("next"),
                certificate.is("on-demand") ? ", on demand" : "");
    }
}
