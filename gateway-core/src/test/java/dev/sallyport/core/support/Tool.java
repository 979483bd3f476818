package dev.sallyport.core.support;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Programs of the machine that a test runs. One that is missing fails the test; it is never
 * skipped.
 */
public final class Tool {
    /** Where Debian has servers, not always on the path of an ordinary user. */
    private static final String SYSTEM_PATH = File.pathSeparator + "/usr/sbin";

    private Tool() {}

    /**
     * The file of a program on the path, or at an absolute place; throws with the package to
     * install where it is missing.
     */
    public static Path require(String name) {
        return Stream.of((System.getenv("PATH") + SYSTEM_PATH).split(File.pathSeparator))
                .map(folder -> Path.of(folder).resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(explain(name)));
    }

    private static String explain(String name) {
        for (String line : packages()) {
            String[] columns = line.split(" +", 2);
            if (columns[0].equals(name)) {
                return "%s: not here (expected: installed by ./sallyport test, or apt-get install %s)"
                        .formatted(name, columns[1]);
            }
        }
        return "%s: not here, and not listed in .ci/packages".formatted(name);
    }

    private static List<String> packages() {
        try {
            return Files.readAllLines(Repository.root().resolve(".ci/packages"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
