package dev.sallyport.config.model.problem;

import java.nio.file.Path;

/**
 * A text that settings were read from.
 *
 * @param name what problems call it, such as the path of a file as the operator wrote it
 * @param folder what relative paths in it are relative to
 * @param isOutside whether somebody else than the operator wrote it, as labels of containers: it
 *     may name no file and no variable of this process
 */
public record Source(String name, Path folder, boolean isOutside) {
    /** A source of the operator's own. */
    public Source(String name, Path folder) {
        this(name, folder, false);
    }
}
