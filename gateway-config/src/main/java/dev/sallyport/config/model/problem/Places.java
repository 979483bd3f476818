package dev.sallyport.config.model.problem;

import java.util.HashMap;
import java.util.Map;

/** Where each setting of a configuration was written, by its path. */
public final class Places {
    private final Map<String, Place> byPath;
    private final Place root;

    /**
     * Places by path, and the one that stands for all unknown ones.
     *
     * @param byPath paths such as {@code routes.web.filters[0]}
     */
    public Places(Map<String, Place> byPath, Place root) {
        this.byPath = Map.copyOf(byPath);
        this.root = root;
    }

    /** These and some more, which come first. */
    public Places with(Map<String, Place> more) {
        var all = new HashMap<>(byPath);
        all.putAll(more);
        return new Places(all, root);
    }

    /** The place of a path, or of the nearest above it that was written. */
    public Place of(String path) {
        var above = path;
        while (!above.isEmpty()) {
            var place = byPath.get(above);
            if (place != null) {
                return place;
            }
            above =
                    above.substring(
                            0, Math.max(0, above.lastIndexOf(above.endsWith("]") ? '[' : '.')));
        }
        return root;
    }
}
