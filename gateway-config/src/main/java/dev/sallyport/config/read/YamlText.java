package dev.sallyport.config.read;

import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.problem.Source;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * One YAML document as a tree. Built from the events, not by the library's own composer: so values
 * stay the texts that were written, keys given twice are told with both places, and aliases cannot
 * grow beyond a bound.
 */
final class YamlText {
    private static final int DEEPEST = 40;
    private static final int MOST_NODES = 1_000_000;
    private static final int MOST_ALIASED = 20_000;

    private final Source source;
    private final Problems problems;
    private final Iterator<Event> events;
    private final Map<Anchor, Anchored> anchors = new HashMap<>();
    private final Kind kind;
    private final Set<Node> replacing = Collections.newSetFromMap(new IdentityHashMap<>());
    private int nodes;
    private int aliased;

    /** Whose language the document is in. */
    enum Kind {
        /** Ours: no merge keys, no tags. */
        OURS,
        /** Compose's: merge keys; tags of YAML, {@code !reset} and {@code !override}. */
        COMPOSE
    }

    /** An anchored node and how many nodes an alias to it stands for. */
    private record Anchored(Node node, int size) {}

    private YamlText(String text, Source source, Problems problems, Kind kind) {
        this.source = source;
        this.problems = problems;
        this.kind = kind;
        var settings =
                LoadSettings.builder()
                        .setLabel(source.name())
                        .setUseMarks(true)
                        .setCodePointLimit(Integer.MAX_VALUE)
                        .build();
        this.events = new Parse(settings).parseString(text).iterator();
    }

    /** The document of a text; null when there is none, or after a problem with its form. */
    static @Nullable Node read(String text, Source source, Problems problems) {
        return new YamlText(text, source, problems, Kind.OURS).read(text);
    }

    /** The same for a default, most of which are one word and need no parser. */
    static @Nullable Node readDefault(String text, Source source, Problems problems) {
        return isWord(text)
                ? new Node.Text(new Place(source, 1, 1), text, true)
                : read(text, source, problems);
    }

    private static boolean isWord(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!Character.isLetterOrDigit(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /**
     * The same in the language of compose files.
     *
     * @param replacing takes the nodes, by identity, that replace what they would be merged with
     */
    static @Nullable Node readCompose(
            String text, Source source, Problems problems, Set<Node> replacing) {
        var reader = new YamlText(text, source, problems, Kind.COMPOSE);
        var node = reader.read(text);
        replacing.addAll(reader.replacing);
        return node;
    }

    private @Nullable Node read(String text) {
        try {
            return document();
        } catch (YamlEngineException e) {
            problems.add(YamlMessages.of(e, text, source));
        } catch (Refused e) {
            problems.add(e.problem);
        }
        return null;
    }

    private @Nullable Node document() {
        events.next();
        var start = events.next();
        if (start.getEventId() == Event.ID.StreamEnd) {
            return null;
        }
        var node = node(events.next(), 0);
        events.next();
        var end = events.next();
        if (end.getEventId() != Event.ID.StreamEnd) {
            throw refuse(end, "a second document", "one document a file");
        }
        return node;
    }

    private Node node(Event event, int depth) {
        if (++nodes > MOST_NODES) {
            throw refuse(event, "more than " + MOST_NODES + " values", "a smaller file");
        }
        if (depth > DEEPEST) {
            throw refuse(event, "nested more than " + DEEPEST + " deep", "less nesting");
        }
        if (event instanceof AliasEvent alias) {
            return aliased(alias);
        }
        boolean replaces = kind == Kind.COMPOSE ? isReplacing(event) : refuseTag(event);
        int before = nodes + aliased;
        Node node =
                switch (event) {
                    case ScalarEvent scalar ->
                            new Node.Text(place(scalar), scalar.getValue(), scalar.isPlain());
                    case SequenceStartEvent start -> items(start, depth);
                    case MappingStartEvent start -> section(start, depth);
                    default -> throw refuse(event, "no value", "a value");
                };
        if (event instanceof NodeEvent anchored) {
            int size = nodes + aliased - before + 1;
            anchored.getAnchor().ifPresent(name -> anchors.put(name, new Anchored(node, size)));
        }
        if (replaces) {
            replacing.add(node);
        }
        return node;
    }

    private Node aliased(AliasEvent alias) {
        // Inside its own node an anchor is not known yet, so no tree can contain itself.
        var anchored = anchors.get(alias.getAlias());
        var name = "*" + alias.getAlias().getValue();
        if (anchored == null) {
            throw refuse(alias, name, "an alias of an anchor above it");
        }
        aliased += anchored.size;
        if (aliased > MOST_ALIASED) {
            throw refuse(
                    alias,
                    name + " grows the file beyond " + MOST_ALIASED + " aliased values",
                    "fewer aliases");
        }
        return anchored.node;
    }

    private Node items(SequenceStartEvent start, int depth) {
        var items = new ArrayList<Node>();
        for (var event = events.next();
                !(event instanceof SequenceEndEvent);
                event = events.next()) {
            items.add(node(event, depth + 1));
        }
        return new Node.Items(place(start), items);
    }

    private Node section(MappingStartEvent start, int depth) {
        var entries = new LinkedHashMap<String, Node.Entry>();
        var merged = new ArrayList<Node>();
        for (var event = events.next();
                !(event instanceof MappingEndEvent);
                event = events.next()) {
            var key = node(event, depth + 1);
            var value = node(events.next(), depth + 1);
            if (!(key instanceof Node.Text(var place, var name, _))) {
                problems.error(key.place(), "", key.describe() + " as a key", "a text");
                continue;
            }
            if (name.equals("<<") && kind == Kind.COMPOSE) {
                merged.add(value);
                continue;
            }
            if (name.equals("<<")) {
                problems.error(
                        place, "", "<<", "plain keys; share filters by name under \"filters\"");
                continue;
            }
            var first = entries.putIfAbsent(name, new Node.Entry(place, value));
            if (first != null) {
                problems.error(
                        place,
                        "",
                        Problem.quote(name) + " a second time",
                        "each key once; the first is at " + first.keyPlace());
            }
        }
        merged.forEach(each -> merge(each, entries));
        return new Node.Section(place(start), entries);
    }

    /** What is written in the mapping itself comes first, then the first of a list. */
    private void merge(Node merged, Map<String, Node.Entry> into) {
        switch (merged) {
            case Node.Section(_, var entries) -> entries.forEach(into::putIfAbsent);
            case Node.Items(_, var items) -> items.forEach(each -> merge(each, into));
            case Node.Text text -> {
                if (!text.isNothing()) {
                    problems.error(text.place(), "", "a text to merge", "a mapping, as *name");
                }
            }
        }
    }

    private boolean refuseTag(Event event) {
        var tag = tag(event);
        if (tag.isPresent()) {
            var shown = tag.get().replace("tag:yaml.org,2002:", "!!");
            throw refuse(event, "tag " + shown, "a value without a tag");
        }
        return false;
    }

    private static boolean isReplacing(Event event) {
        var tag = tag(event).orElse("");
        return tag.equals("!reset") || tag.equals("!override");
    }

    private static Optional<String> tag(Event event) {
        return switch (event) {
            case ScalarEvent scalar -> scalar.getTag();
            case SequenceStartEvent start -> start.getTag();
            case MappingStartEvent start -> start.getTag();
            default -> Optional.empty();
        };
    }

    private Place place(Event event) {
        return place(event.getStartMark(), source);
    }

    static Place place(Optional<Mark> mark, Source source) {
        return mark.map(m -> new Place(source, m.getLine() + 1, m.getColumn() + 1))
                .orElse(Place.of(source));
    }

    private Refused refuse(Event event, String found, String expected) {
        return new Refused(Problem.error(place(event), "", found, expected));
    }

    /** Ends the reading of one document. */
    private static final class Refused extends RuntimeException {
        private final transient Problem problem;

        Refused(Problem problem) {
            super(problem.toString(), null, false, false);
            this.problem = problem;
        }
    }
}
