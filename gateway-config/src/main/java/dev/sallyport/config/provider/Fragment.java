package dev.sallyport.config.provider;

import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.read.Node;
import java.util.List;

/**
 * All that one provider has at one time.
 *
 * @param problems what could not be made a tree; with an error among them the tree is not used
 */
public record Fragment(String provider, Node.Section tree, List<Problem> problems) {
    public Fragment {
        problems = List.copyOf(problems);
    }

    /** Whether the tree is whole. */
    public boolean isSound() {
        return !Problem.anyError(problems);
    }
}
