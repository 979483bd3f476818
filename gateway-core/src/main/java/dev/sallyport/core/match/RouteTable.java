package dev.sallyport.core.match;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All routes, ready to be asked for the one a request belongs to: immutable, shared by all loops.
 *
 * <p>The routes that fit host and path stand in one order, and the first whose further conditions
 * hold wins. Hosts: exact, wildcards from the longest suffix to the shortest ({@code *.} before
 * {@code **.} of the same), any host. Within a host: exact path, prefixes from the longest to the
 * shortest, regular expressions, any path. Within that: more further conditions first, then as
 * declared. docs/routing.md says it with examples.
 */
public final class RouteTable<T> {
    private static final int MAX_LISTENERS = 64;

    private final ByteTable<PathTable<T>> exact;
    private final ByteTable<PathTable<T>> oneLabel;
    private final ByteTable<PathTable<T>> labels;
    private final int longestLabels;
    private final @Nullable PathTable<T> any;
    private final Match<T> unknownHost = new Match.UnknownHost<>();

    private RouteTable(Map<HostPattern.Kind, Map<String, PathTable<T>>> tables, long seed) {
        this.exact = ByteTable.create(tables.getOrDefault(HostPattern.Kind.EXACT, Map.of()), seed);
        this.oneLabel =
                ByteTable.create(tables.getOrDefault(HostPattern.Kind.ONE_LABEL, Map.of()), seed);
        var labels = tables.getOrDefault(HostPattern.Kind.LABELS, Map.of());
        this.labels = ByteTable.create(labels, seed);
        int longest = 0;
        for (var suffix : labels.keySet()) {
            longest = Math.max(longest, suffix.length());
        }
        this.longestLabels = longest;
        this.any = tables.getOrDefault(HostPattern.Kind.ANY, Map.of()).get("");
    }

    /**
     * The table of these routes.
     *
     * @param entries in declaration order
     * @param listeners names of all listeners; {@link MatchInput#listener} is a position in this
     *     list
     * @param seed drawn at random by the caller, so that nobody can choose names that collide
     */
    public static <T> RouteTable<T> create(
            List<RouteEntry<T>> entries, List<String> listeners, long seed) {
        if (listeners.size() > MAX_LISTENERS) {
            throw new IllegalArgumentException(
                    "listeners: "
                            + listeners.size()
                            + " (expected: at most "
                            + MAX_LISTENERS
                            + ")");
        }
        var candidates = new HashMap<HostPattern.Kind, Map<String, List<Candidate<T>>>>();
        for (int order = 0; order < entries.size(); order++) {
            var entry = entries.get(order);
            var candidate = new Candidate<>(entry, order, listeners);
            var hosts = entry.hosts().isEmpty() ? List.of(HostPattern.any()) : entry.hosts();
            for (var host : hosts) {
                var ofHost =
                        candidates
                                .computeIfAbsent(host.kind(), _ -> new LinkedHashMap<>())
                                .computeIfAbsent(host.suffix(), _ -> new ArrayList<>());
                if (ofHost.isEmpty() || ofHost.getLast() != candidate) {
                    ofHost.add(candidate);
                }
            }
        }
        return new RouteTable<>(pathTables(candidates, seed), seed);
    }

    /** Hosts with the same routes share one table. */
    private static <T> Map<HostPattern.Kind, Map<String, PathTable<T>>> pathTables(
            Map<HostPattern.Kind, Map<String, List<Candidate<T>>>> candidates, long seed) {
        var shared = new HashMap<List<Candidate<T>>, PathTable<T>>();
        var tables = new HashMap<HostPattern.Kind, Map<String, PathTable<T>>>();
        candidates.forEach((kind, bySuffix) -> {
            var ofKind = new HashMap<String, PathTable<T>>();
            bySuffix.forEach((suffix, list) ->
                    ofKind.put(
                            suffix,
                            shared.computeIfAbsent(list, same -> PathTable.create(same, seed))));
            tables.put(kind, ofKind);
        });
        return tables;
    }

    /** The route of a request, or why there is none; on an event loop. */
    public Match<T> find(MatchInput input) {
        return search(input, null);
    }

    /** The same look-up with every candidate written down; for people, so it may allocate. */
    public Explanation<T> explain(MatchInput input) {
        var trace = new Explanation.Trace<T>();
        return trace.explain(search(input, trace));
    }

    private Match<T> search(MatchInput input, Explanation.@Nullable Trace<T> trace) {
        int offset = input.hostOffset();
        int length = input.hostLength();
        var answer = unknownHost;
        var table = exact.find(input.bytes(), offset, length);
        if (table != null) {
            enter(trace, input, HostPattern.Kind.EXACT, offset);
            answer = table.search(input, answer, trace);
        }
        if (PathTable.isOpen(answer, trace)) {
            answer = searchWildcards(input, answer, trace);
        }
        if (any != null && PathTable.isOpen(answer, trace)) {
            enter(trace, input, HostPattern.Kind.ANY, offset + length);
            answer = any.search(input, answer, trace);
        }
        return answer;
    }

    private Match<T> searchWildcards(
            MatchInput input, Match<T> answer, Explanation.@Nullable Trace<T> trace) {
        byte[] bytes = input.bytes();
        int end = input.hostOffset() + input.hostLength();
        int suffix = afterDot(bytes, input.hostOffset(), end);
        var best = answer;
        var table = oneLabel.find(bytes, suffix, end - suffix);
        if (table != null) {
            enter(trace, input, HostPattern.Kind.ONE_LABEL, suffix);
            best = table.search(input, best, trace);
        }
        for (; suffix < end && longestLabels > 0; suffix = afterDot(bytes, suffix, end)) {
            if (end - suffix > longestLabels) {
                continue;
            }
            if (!PathTable.isOpen(best, trace)) {
                break;
            }
            table = labels.find(bytes, suffix, end - suffix);
            if (table != null) {
                enter(trace, input, HostPattern.Kind.LABELS, suffix);
                best = table.search(input, best, trace);
            }
        }
        return best;
    }

    /** Where the next label begins, or the end. */
    private static int afterDot(byte[] bytes, int from, int end) {
        for (int at = from; at < end; at++) {
            if (bytes[at] == '.') {
                return at + 1;
            }
        }
        return end;
    }

    private static void enter(
            Explanation.@Nullable Trace<?> trace,
            MatchInput input,
            HostPattern.Kind kind,
            int suffix) {
        if (trace != null) {
            int end = input.hostOffset() + input.hostLength();
            trace.enter(
                    new HostPattern(
                            kind,
                            new String(
                                    input.bytes(),
                                    suffix,
                                    end - suffix,
                                    StandardCharsets.US_ASCII)));
        }
    }
}
