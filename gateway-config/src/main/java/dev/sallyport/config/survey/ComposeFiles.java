package dev.sallyport.config.survey;

import dev.sallyport.config.audit.seen.Project;
import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.problem.Source;
import dev.sallyport.config.model.value.Suggestion;
import dev.sallyport.config.read.ComposeText;
import dev.sallyport.config.read.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A compose project from its files: those given, joined by {@code :} as in {@code COMPOSE_FILE},
 * those they include or extend, and the override beside a file of the usual name.
 */
public final class ComposeFiles {
    private static final int DEEPEST = 8;
    private static final int MOST_FILES = 100;
    private static final List<String> USUAL =
            List.of("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml");

    private final List<Problem> problems = new ArrayList<>();
    private final Set<Node> replacing = Collections.newSetFromMap(new IdentityHashMap<>());
    private final ComposeMerge merge = new ComposeMerge(replacing);
    private final Map<Path, Node.@Nullable Section> read = new HashMap<>();
    private final Variables variables;

    private ComposeFiles(Variables variables) {
        this.variables = variables;
    }

    /**
     * What came of it.
     *
     * @param project null when there is nothing to be looked at
     */
    public record Loaded(@Nullable Project project, List<Problem> problems) {
        public Loaded {
            problems = List.copyOf(problems);
        }
    }

    /** Whether a file is one of compose, by what it says. */
    public static boolean isCompose(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        var root = ComposeText.read(file, placeOf(file)).root();
        return root instanceof Node.Section(_, var entries)
                && entries.get("services") != null
                && !entries.containsKey("routes")
                && !entries.containsKey("listeners");
    }

    /** Reads a project; variables come from this environment and from its {@code .env}. */
    public static Loaded load(String words, Function<String, @Nullable String> environment) {
        var paths = paths(words);
        var folder = folderOf(paths.getFirst());
        var files = new ComposeFiles(Variables.of(folder, environment));
        Node.Section whole = null;
        for (var path : paths) {
            var section = files.file(path, placeOf(path), 0);
            if (section != null) {
                whole = whole == null ? section : files.merge.over(whole, section);
            }
        }
        if (whole == null) {
            return new Loaded(null, files.problems);
        }
        var reader = new ProjectReader(files.variables, files.problems);
        return new Loaded(reader.read(whole, folder.toAbsolutePath()), files.problems);
    }

    private static List<Path> paths(String words) {
        var whole = Path.of(words);
        if (!Files.exists(whole) && words.contains(":")) {
            return List.of(words.split(":", -1)).stream().map(Path::of).toList();
        }
        var name = String.valueOf(whole.getFileName());
        if (USUAL.contains(name)) {
            int dot = name.lastIndexOf('.');
            for (var end : List.of(".yml", ".yaml")) {
                var override = whole.resolveSibling(name.substring(0, dot) + ".override" + end);
                if (Files.exists(override)) {
                    return List.of(whole, override);
                }
            }
        }
        return List.of(whole);
    }

    private static Path folderOf(Path file) {
        var parent = file.getParent();
        return parent == null ? Path.of("") : parent;
    }

    private static Place placeOf(Path file) {
        return Place.of(new Source(file.toString(), folderOf(file)));
    }

    private Node.@Nullable Section file(Path folder, String name, Place from, int depth) {
        if (name.indexOf(0) >= 0) {
            problem(from, Problem.quote(name), "the path of a file");
            return null;
        }
        return file(folder.resolve(name), from, depth + 1);
    }

    /** A file with all it includes and extends; null after a problem. */
    private Node.@Nullable Section file(Path path, Place from, int depth) {
        var key = path.toAbsolutePath().normalize();
        if (read.containsKey(key)) {
            return read.get(key);
        }
        if (depth > DEEPEST || read.size() > MOST_FILES) {
            problem(from, Problem.quote(path), "fewer files within files");
            return null;
        }
        read.put(key, null);
        var text = ComposeText.read(path, from);
        problems.addAll(text.problems());
        replacing.addAll(text.replacing());
        Node.Section whole = null;
        if (text.root() instanceof Node.Section section) {
            if (!section.entries().containsKey("services")
                    && !section.entries().containsKey("include")) {
                var hint = Suggestion.nearest("services", section.entries().keySet());
                problem(
                        section.place(),
                        "no services" + (hint == null ? "" : ", but " + Problem.quote(hint)),
                        "a compose file, with services: at its top");
            }
            whole = included(extended(section, folderOf(path), depth), folderOf(path), depth);
        } else if (text.problems().isEmpty()) {
            problem(from, "no mapping", "a compose file, with services: at its top");
        }
        read.put(key, whole);
        return whole;
    }

    private Node.Section included(Node.Section section, Path folder, int depth) {
        var include = section.entries().get("include");
        if (include == null || !(include.value() instanceof Node.Items(_, var items))) {
            return section;
        }
        var whole = section;
        for (var item : items) {
            var path = item;
            if (item instanceof Node.Section(_, var entries) && entries.get("path") != null) {
                path = value(entries, "path");
            }
            var names = path instanceof Node.Items(_, var several) ? several : List.of(path);
            for (var name : names) {
                if (name instanceof Node.Text(var place, var text, _)) {
                    var other = file(folder, variables.fill(text), place, depth);
                    whole = other == null ? whole : merge.over(other, whole);
                }
            }
        }
        return whole;
    }

    private static Node value(Map<String, Node.Entry> entries, String key) {
        var entry = entries.get(key);
        return entry == null
                ? new Node.Text(Place.of(new Source("", Path.of(""))), "", true)
                : entry.value();
    }

    private Node.Section extended(Node.Section section, Path folder, int depth) {
        var entry = section.entries().get("services");
        if (entry == null || !(entry.value() instanceof Node.Section services)) {
            return section;
        }
        var extended = new LinkedHashMap<String, Node.Entry>();
        services.entries()
                .forEach((name, each) ->
                        extended.put(
                                name,
                                new Node.Entry(
                                        each.keyPlace(),
                                        extend(each.value(), services, folder, depth))));
        var entries = new LinkedHashMap<>(section.entries());
        var all = new Node.Section(services.place(), extended);
        entries.put("services", new Node.Entry(entry.keyPlace(), all));
        return new Node.Section(section.place(), entries);
    }

    private Node extend(Node node, Node.Section services, Path folder, int depth) {
        if (!(node instanceof Node.Section service)
                || service.entries().get("extends") == null
                || depth > DEEPEST) {
            return node;
        }
        var extend = value(service.entries(), "extends");
        Node base = null;
        if (extend instanceof Node.Text(_, var name, _)) {
            base = serviceOf(services, name);
            base = base == null ? null : extend(base, services, folder, depth + 1);
        } else if (extend instanceof Node.Section(var place, var entries)) {
            var name = text(value(entries, "service"));
            var file = text(value(entries, "file"));
            if (file.isEmpty()) {
                base = serviceOf(services, name);
                base = base == null ? null : extend(base, services, folder, depth + 1);
            } else {
                var other = file(folder, file, place, depth);
                var others = other == null ? null : value(other.entries(), "services");
                base = others instanceof Node.Section all ? serviceOf(all, name) : null;
            }
        }
        if (!(base instanceof Node.Section whole)) {
            problem(extend.place(), "a service to extend that is not there", "one that is");
            return node;
        }
        return merge.over(whole, service);
    }

    private static @Nullable Node serviceOf(Node.Section services, String name) {
        var entry = services.entries().get(name);
        return entry == null ? null : entry.value();
    }

    private String text(Node node) {
        return node instanceof Node.Text(_, var text, _) ? variables.fill(text) : "";
    }

    private void problem(Place place, String found, String expected) {
        problems.add(Problem.error(place, "", found, expected));
    }

    /** The name of a project as compose makes it of a folder's. */
    static String projectName(Path folder) {
        var name = folder.normalize().getFileName();
        return name == null
                ? "default"
                : name.toString().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "");
    }
}
