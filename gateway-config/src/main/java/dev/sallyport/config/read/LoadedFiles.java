package dev.sallyport.config.read;

import dev.sallyport.config.model.problem.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What files of configuration hold, merged to one tree.
 *
 * @param root the tree; as far as it could be read when there are problems
 * @param problems of the files' form; those of the settings come with reading the tree
 * @param watched files and folders whose change may change the tree
 */
public record LoadedFiles(Node.Section root, List<Problem> problems, Set<Path> watched) {
    public LoadedFiles {
        problems = List.copyOf(problems);
        watched = Set.copyOf(watched);
    }
}
