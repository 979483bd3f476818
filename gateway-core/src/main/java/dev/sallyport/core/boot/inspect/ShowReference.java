package dev.sallyport.core.boot.inspect;

import dev.sallyport.config.reference.Reference;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.filter.BuiltInFilters;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code reference}: every setting there is, for people or for editors. */
@Command(
        name = "reference",
        description = "Print the reference of every setting, made for this very version.")
public final class ShowReference implements Callable<Integer> {
    @ArgGroup private Form form = new Form();

    /** One form or the other. */
    static final class Form {
        @Option(names = "--markdown", description = "For people; the default.")
        private boolean isMarkdown;

        @Option(names = "--schema", description = "A JSON schema, by which editors complete.")
        private boolean isSchema;

        @Option(names = "--marks", hidden = true, description = "What the build keeps; see Marks.")
        private boolean isMarks;
    }

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        var filters = BuiltInFilters.types();
        out.print(
                form.isMarks
                        ? Reference.marks(filters)
                        : form.isSchema && !form.isMarkdown
                                ? Reference.jsonSchema(filters)
                                : Reference.markdown(filters));
        out.flush();
        return Exit.OK;
    }
}
