package dev.sallyport.config.model.problem;

import java.nio.file.Path;

/**
 * A text that settings were read from.
 *
 * @param name what problems call it, such as the path of a file as the operator wrote it
 * @param folder what relative paths in it are relative to
 */
public record Source(String name, Path folder) {}
