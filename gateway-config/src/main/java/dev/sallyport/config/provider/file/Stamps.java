package dev.sallyport.config.provider.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How files look without reading them. Two that are equal mean that nothing changed: not the bytes,
 * not which file a name or a chain of links leads to.
 */
record Stamps(Map<Path, String> byPath) {
    private static final String ABSENT = "absent";

    Stamps {
        byPath = Map.copyOf(byPath);
    }

    static Stamps of(Set<Path> paths) {
        var stamps = new HashMap<Path, String>();
        for (var path : paths) {
            stamps.put(path, stamp(path));
        }
        return new Stamps(stamps);
    }

    private static String stamp(Path path) {
        try {
            // Kubernetes swaps a link two levels up; editors put another file in place of the name.
            var real = path.toRealPath();
            var attributes = Files.readAttributes(real, BasicFileAttributes.class);
            return real
                    + " "
                    + attributes.fileKey()
                    + " "
                    + attributes.lastModifiedTime()
                    + " "
                    + attributes.size();
        } catch (IOException _) {
            return ABSENT;
        }
    }
}
