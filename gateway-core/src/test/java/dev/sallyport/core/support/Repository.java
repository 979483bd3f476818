package dev.sallyport.core.support;

import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout that the tests run in. */
public final class Repository {
    private Repository() {}

    /** The folder of the parent pom, whether the tests run in a module or above it. */
    public static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("gateway-core"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException(
                        "working directory: "
                                + Path.of("").toAbsolutePath()
                                + " (expected: inside the checkout)");
            }
        }
        return folder;
    }
}
