package dev.sallyport.config.read;

import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.problem.Source;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The text of a compose file as a tree: merge keys are merged, variables are still as written.
 *
 * @param root null when there is none, or after a problem with its form
 * @param replacing nodes, by identity, that replace what another file says there
 */
public record ComposeText(@Nullable Node root, Set<Node> replacing, List<Problem> problems) {
    public ComposeText {
        problems = List.copyOf(problems);
    }

    /** Reads a file; {@code from} is where it was asked for. */
    public static ComposeText read(Path file, Place from) {
        var problems = new Problems();
        Set<Node> replacing = Collections.newSetFromMap(new IdentityHashMap<>());
        var text = FileText.read(file, from, "", problems);
        var parent = file.getParent();
        var source = new Source(file.toString(), parent == null ? Path.of("") : parent);
        var root = text == null ? null : YamlText.readCompose(text, source, problems, replacing);
        return new ComposeText(root, replacing, problems.all());
    }
}
