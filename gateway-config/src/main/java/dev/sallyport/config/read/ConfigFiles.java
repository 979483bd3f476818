package dev.sallyport.config.read;

import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.problem.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A file with all it includes, or a folder of files, as one tree. */
public final class ConfigFiles {
    private static final int MOST_FILES = 2000;
    private static final int DEEPEST = 8;
    private static final String INCLUDE = "include";

    private final Problems problems = new Problems();
    private final Set<Path> watched = new LinkedHashSet<>();
    private final TreeMerge merge = new TreeMerge(problems);
    private final Deque<Path> open = new ArrayDeque<>();
    private final Map<Path, String> read = new HashMap<>();

    private ConfigFiles() {}

    /** Loads a file, or all {@code *.yaml} of a folder in the order of their names. */
    public static Loaded load(Path start) {
        var files = new ConfigFiles();
        var place = Place.of(new Source(start.toString(), folderOf(start)));
        if (Files.isDirectory(start)) {
            files.loadFolder(start, place);
        } else {
            files.loadFile(start, place, "");
        }
        var root = files.merge.root(place);
        files.watchSecrets(root);
        return new Loaded(root, files.problems.all(), files.watched);
    }

    /** A secret in a file of its own is part of the configuration: {@code {file: path}}. */
    private void watchSecrets(Node node) {
        switch (node) {
            case Node.Section(_, var entries) -> {
                var file = entries.size() == 1 ? entries.get("file") : null;
                if (file != null && file.value() instanceof Node.Text(var place, var name, _)) {
                    watchSecret(place.source().folder(), name);
                }
                entries.values().forEach(entry -> watchSecrets(entry.value()));
            }
            case Node.Items(_, var items) -> items.forEach(this::watchSecrets);
            case Node.Text _ -> {}
        }
    }

    private void watchSecret(Path folder, String name) {
        try {
            watched.add(folder.resolve(name));
        } catch (InvalidPathException _) {
            // Told when the secret is read.
        }
    }

    private void loadFolder(Path folder, Place place) {
        watched.add(folder.toAbsolutePath());
        var found = list(folder, "*.{yaml,yml}", place, "");
        if (found.isEmpty()) {
            problems.error(place, "", "a folder without files", "at least one *.yaml");
        }
        for (var file : found) {
            loadFile(file, place, "");
        }
    }

    private void loadFile(Path file, Place from, String path) {
        watched.add(file.toAbsolutePath());
        var source = new Source(file.toString(), folderOf(file));
        var text = FileText.read(file, from, path, problems);
        if (text == null || !enter(file, from, path)) {
            return;
        }
        try {
            var parent = file.getParent();
            loadText(text, source, parent == null ? Path.of("") : parent);
        } finally {
            open.pop();
        }
    }

    private void loadText(String text, Source source, Path folder) {
        var node = YamlText.read(text, source, problems);
        switch (node) {
            case null -> {}
            case Node.Section section -> {
                merge.add(section);
                include(section, folder);
            }
            case Node.Text nothing when nothing.isNothing() -> {}
            default ->
                    problems.error(
                            node.place(), "", node.describe(), "a mapping, such as routes: ...");
        }
    }

    /** Whether a file is to be read: not within itself, not twice, not too deep or too many. */
    private boolean enter(Path file, Place from, String path) {
        var real = real(file);
        if (open.contains(real)) {
            problems.error(from, path, Problem.quote(file), "no file that includes itself");
            return false;
        }
        var earlier = read.putIfAbsent(real, from.toString());
        if (earlier != null) {
            problems.error(
                    from,
                    path,
                    Problem.quote(file),
                    "each file once; it is already read from " + earlier);
            return false;
        }
        if (open.size() >= DEEPEST || read.size() > MOST_FILES) {
            problems.error(
                    from,
                    path,
                    Problem.quote(file),
                    "at most " + MOST_FILES + " files, included " + DEEPEST + " deep");
            return false;
        }
        open.push(real);
        return true;
    }

    private void include(Node.Section section, Path folder) {
        var entry = section.entries().get(INCLUDE);
        if (entry == null) {
            return;
        }
        List<Node> patterns =
                entry.value() instanceof Node.Items(_, var items) ? items : List.of(entry.value());
        for (var pattern : patterns) {
            if (pattern instanceof Node.Text text && !text.isNothing() && !text.text().isEmpty()) {
                include(text, folder);
            } else {
                problems.error(
                        pattern.place(),
                        INCLUDE,
                        pattern.describe(),
                        "a file such as conf.d/*.yaml");
            }
        }
    }

    private void include(Node.Text text, Path folder) {
        int slash = text.text().lastIndexOf('/');
        var folders = text.text().substring(0, slash + 1);
        var name = text.text().substring(slash + 1);
        if (isGlob(folders)) {
            problems.error(
                    text.place(), INCLUDE, text.describe(), "a * in the name of the file only");
            return;
        }
        try {
            if (!isGlob(name)) {
                loadFile(folder.resolve(text.text()), text.place(), INCLUDE);
                return;
            }
            var listed = folder.resolve(folders);
            watched.add(listed.toAbsolutePath());
            for (var found : list(listed, name, text.place(), INCLUDE)) {
                loadFile(found, text.place(), INCLUDE);
            }
        } catch (InvalidPathException _) {
            problems.error(text.place(), INCLUDE, text.describe(), "the path of a file");
        }
    }

    private List<Path> list(Path folder, String glob, Place place, String path) {
        var found = new ArrayList<Path>();
        try (var stream = Files.newDirectoryStream(folder, glob)) {
            for (var file : stream) {
                // Hidden files are editors' and Kubernetes' own.
                var hidden = file.getFileName().toString().startsWith(".");
                if (!hidden && !Files.isDirectory(file)) {
                    found.add(file);
                }
            }
        } catch (IOException | IllegalArgumentException _) {
            problems.error(place, path, Problem.quote(folder), "a folder that can be read");
        }
        found.sort(null);
        return found;
    }

    private static boolean isGlob(String text) {
        return text.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException _) {
            return file.toAbsolutePath().normalize();
        }
    }

    private static Path folderOf(Path file) {
        var parent = file.toAbsolutePath().normalize().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    /**
     * What files of configuration hold, merged to one tree.
     *
     * @param root the tree; as far as it could be read when there are problems
     * @param problems of the files' form; those of the settings come with reading the tree
     * @param watched files and folders whose change may change the tree
     */
    public record Loaded(Node.Section root, List<Problem> problems, Set<Path> watched) {
        public Loaded {
            problems = List.copyOf(problems);
            watched = Set.copyOf(watched);
        }
    }
}
