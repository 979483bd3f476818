package dev.sallyport.config.read;

import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Places;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.setting.Inline;
import dev.sallyport.config.model.setting.Key;
import dev.sallyport.config.model.setting.OneOf;
import dev.sallyport.config.model.setting.Shorthand;
import dev.sallyport.config.model.shape.Setting;
import dev.sallyport.config.model.shape.Shape;
import dev.sallyport.config.model.value.Suggestion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sections of a tree to records, by the components of the records alone. A null from any method
 * means that a problem was noted; the rest is still read, to note its problems as well.
 */
final class RecordReader {
    private final Problems problems;
    private final ValueReader values;
    private final RecordMaker maker;
    private final Map<String, Place> places = new TreeMap<>();

    /** Paths that unknown keys were probably meant for: not told as missing too. */
    private final Set<String> meant = new HashSet<>();

    /** Defaults are the same for every record. */
    private final IdentityHashMap<Setting, @Nullable Object> defaults = new IdentityHashMap<>();

    private int defaultsDeep;

    RecordReader(Problems problems, FilterReader filters, SecretReader secrets) {
        this.problems = problems;
        this.maker = new RecordMaker(problems);
        this.values = new ValueReader(problems, this, filters, secrets);
    }

    /** The places of all that was read. */
    Places places(Place root) {
        return new Places(places, root);
    }

    ValueReader values() {
        return values;
    }

    void note(String path, Place place) {
        if (defaultsDeep == 0) {
            places.putIfAbsent(path, place);
        }
    }

    /**
     * The record a node stands for.
     *
     * @param name the name it was declared under, for a record with a {@link Key}
     */
    @Nullable Object read(Class<?> type, Node node, String path, @Nullable String name) {
        note(path, node.place());
        if (node instanceof Node.Section section) {
            boolean known = refuseUnknown(type, section, path);
            var settings = build(type, section, path, name, false);
            return known ? settings : null;
        }
        var shorthand = shorthandFor(type, node);
        if (shorthand == null) {
            problems.error(node.place(), path, node.describe(), expectation(type));
            return null;
        }
        return build(type, Node.Section.of(shorthand, node), path, name, true);
    }

    private static @Nullable String shorthandFor(Class<?> type, Node node) {
        for (var setting : Setting.of(type)) {
            if (setting.is(Shorthand.class)) {
                boolean list = setting.shape() instanceof Shape.Items;
                boolean text = node instanceof Node.Text t && !t.isNothing();
                return text || (list && node instanceof Node.Items) ? setting.key() : null;
            }
        }
        return null;
    }

    /** What a section should have been: its shorthand, or its first keys. */
    static String expectation(Class<?> type) {
        var keys = new ArrayList<>(keys(type));
        if (keys.isEmpty()) {
            return "{}";
        }
        boolean many = keys.size() > 6;
        var some = String.join(", ", many ? keys.subList(0, 6) : keys) + (many ? ", ..." : "");
        for (var setting : Setting.of(type)) {
            if (setting.is(Shorthand.class)) {
                var brief = ValueReader.expectation(setting.shape());
                return keys.size() == 1 ? brief : brief + ", or a mapping of " + some;
            }
        }
        return "a mapping of " + some + (hasDefaults(type) ? "; {} for its defaults" : "");
    }

    private static boolean hasDefaults(Class<?> type) {
        return Setting.of(type).stream()
                .allMatch(setting ->
                        setting.defaultText() != null
                                || setting.isNullable()
                                || setting.shape() instanceof Shape.Items
                                || setting.shape() instanceof Shape.Entries);
    }

    /** All keys that may be written in a section of a type, those of inlined records included. */
    static Set<String> keys(Class<?> type) {
        var keys = new LinkedHashSet<String>();
        for (var setting : Setting.of(type)) {
            if (setting.is(Inline.class)) {
                keys.addAll(keys(setting.component().getType()));
            } else if (setting.shape() instanceof Shape.Choice(var types)) {
                keys.addAll(types.keySet());
            } else if (!setting.is(Key.class)) {
                keys.add(setting.key());
            }
        }
        return keys;
    }

    private static Set<String> oldKeys(Class<?> type) {
        var keys = new LinkedHashSet<String>();
        for (var setting : Setting.of(type)) {
            keys.addAll(setting.oldKeys());
            if (setting.is(Inline.class)) {
                keys.addAll(oldKeys(setting.component().getType()));
            }
        }
        return keys;
    }

    private boolean refuseUnknown(Class<?> type, Node.Section section, String path) {
        var known = keys(type);
        var old = oldKeys(type);
        boolean all = true;
        for (var entry : section.entries().entrySet()) {
            var key = entry.getKey();
            if (!known.contains(key) && !old.contains(key)) {
                problems.add(unknown(key, entry.getValue().keyPlace(), path, known));
                all = false;
            }
        }
        return all;
    }

    private Problem unknown(String key, Place place, String path, Set<String> known) {
        var nearest = Suggestion.nearest(key, known);
        var expected =
                nearest != null
                        ? null
                        : known.isEmpty() ? "none here" : "one of " + String.join(", ", known);
        if (nearest != null) {
            meant.add(Paths.under(path, nearest));
        }
        boolean word = key.matches("[A-Za-z0-9_-]+");
        return Problem.error(
                        place,
                        word ? Paths.under(path, key) : path,
                        word ? "unknown key" : "unknown key " + Problem.quote(key),
                        expected)
                .withHint(nearest);
    }

    private @Nullable Object build(
            Class<?> type,
            Node.Section section,
            String path,
            @Nullable String name,
            boolean brief) {
        var settings = Setting.of(type);
        var arguments = new @Nullable Object[settings.size()];
        boolean complete = true;
        for (int i = 0; i < arguments.length; i++) {
            var setting = settings.get(i);
            if (setting.is(Key.class)) {
                arguments[i] = name;
            } else if (setting.is(Inline.class)) {
                arguments[i] = build(setting.component().getType(), section, path, name, brief);
            } else {
                arguments[i] = component(setting, section, path, brief);
            }
            complete &= arguments[i] != null || mayBeNull(setting, section);
        }
        if (!complete) {
            return null;
        }
        // After a mistyped key a rule of the record only says that the key is not there.
        boolean mistyped = meant.stream().anyMatch(key -> key.startsWith(Paths.under(path, "")));
        return mistyped ? null : maker.make(type, arguments, section, path);
    }

    /** Whether a null is the value itself, not the trace of a problem. */
    private static boolean mayBeNull(Setting setting, Node.Section section) {
        if (!setting.isNullable()) {
            return false;
        }
        return setting.shape() instanceof Shape.Choice(var types)
                ? types.keySet().stream().noneMatch(section.entries()::containsKey)
                : find(setting, section) == null;
    }

    private @Nullable Object component(
            Setting setting, Node.Section section, String path, boolean brief) {
        if (setting.shape() instanceof Shape.Choice choice) {
            return choice(setting, choice, section, path);
        }
        var found = find(setting, section);
        if (found == null) {
            return absent(setting, section, path);
        }
        renamed(setting, found, section, path);
        var entry = section.entries().get(found);
        if (entry == null) {
            return null;
        }
        return values.read(setting, entry.value(), brief ? path : Paths.under(path, found));
    }

    private static @Nullable String find(Setting setting, Node.Section section) {
        if (section.entries().containsKey(setting.key())) {
            return setting.key();
        }
        for (var old : setting.oldKeys()) {
            if (section.entries().containsKey(old)) {
                return old;
            }
        }
        return null;
    }

    private void renamed(Setting setting, String found, Node.Section section, String path) {
        for (var old : setting.oldKeys()) {
            var entry = section.entries().get(old);
            if (entry != null) {
                var now = Problem.quote(setting.key());
                var under = Paths.under(path, old);
                problems.add(
                        found.equals(old)
                                ? Problem.warning(entry.keyPlace(), under, "an earlier name", now)
                                : Problem.error(
                                        entry.keyPlace(),
                                        under,
                                        "an earlier name of " + now + ", which is here too",
                                        "one of them"));
            }
        }
    }

    private @Nullable Object absent(Setting setting, Node.Section section, String path) {
        var otherwise = setting.defaultText();
        if (otherwise != null) {
            var known = defaults.get(setting);
            if (known == null) {
                known = readDefault(setting, otherwise, section, path);
                defaults.put(setting, known);
            }
            return known;
        }
        if (setting.isNullable()) {
            return null;
        }
        return switch (setting.shape()) {
            case Shape.Items _, Shape.NamedSections _ -> {
                if (!setting.is(Shorthand.class)) {
                    yield List.of();
                }
                yield missing(setting, section, path);
            }
            case Shape.Entries _ -> Map.of();
            default -> missing(setting, section, path);
        };
    }

    /** Reads a default: nobody wrote it, so it has no place. */
    private @Nullable Object readDefault(
            Setting setting, String text, Node.Section section, String path) {
        var node = YamlText.readDefault(text, section.place().source(), problems);
        defaultsDeep++;
        try {
            return node == null
                    ? null
                    : values.read(setting, node, Paths.under(path, setting.key()));
        } finally {
            defaultsDeep--;
        }
    }

    private @Nullable Object missing(Setting setting, Node.Section section, String path) {
        var under = Paths.under(path, setting.key());
        if (!meant.contains(under)) {
            var expected = ValueReader.expectation(setting.shape());
            problems.error(section.place(), under, "missing", expected);
        }
        return null;
    }

    private @Nullable Object choice(
            Setting setting, Shape.Choice choice, Node.Section section, String path) {
        var written = new ArrayList<String>();
        for (var key : choice.types().keySet()) {
            if (section.entries().containsKey(key)) {
                written.add(key);
            }
        }
        var all = String.join(", ", choice.types().keySet());
        if (written.isEmpty()) {
            if (!setting.is(OneOf.class) || !setting.isNullable()) {
                problems.error(section.place(), path, "nothing to do", "one of " + all);
            }
            return null;
        }
        Object chosen = null;
        for (var key : written) {
            var entry = section.entries().get(key);
            var type = choice.types().get(key);
            if (entry != null && type != null) {
                chosen = read(type, entry.value(), Paths.under(path, key), null);
            }
        }
        if (written.size() > 1) {
            var second = section.entries().get(written.get(1));
            problems.error(
                    second == null ? section.place() : second.keyPlace(),
                    path,
                    String.join(" and ", written) + " together",
                    "only one of " + all);
            return null;
        }
        return chosen;
    }
}
