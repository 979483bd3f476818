package dev.sallyport.core.match;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The candidates of one host pattern by path: exact, then the longest prefix, then regular
 * expressions, then any path.
 *
 * <p>Exact paths and prefixes stand in one tree of segments. A look-up walks down as far as the
 * path goes; on the way back up every node's prefixes fit, the longest first. Segments are compared
 * without their parameters.
 */
final class PathTable<T> {
    private final List<Candidate<T>> all;
    private final long listeners;
    private final Node<T> root;
    private final List<Candidate<T>> regexes;
    private final ValuePattern.Fitting[] regexPatterns;
    private final Match<T> noRoute = new Match.NoRoute<>();
    private final Match<T> pathTooLong = new Match.PathTooLong<>();

    private PathTable(
            List<Candidate<T>> all,
            Node<T> root,
            List<Candidate<T>> regexes,
            ValuePattern.Fitting[] patterns) {
        this.all = all;
        long listeners = 0;
        for (var candidate : all) {
            listeners |= candidate.listeners();
        }
        this.listeners = listeners;
        this.root = root;
        this.regexes = regexes;
        this.regexPatterns = patterns;
    }

    static <T> PathTable<T> create(List<Candidate<T>> candidates, long seed) {
        var root = new Draft<T>();
        var regexes = new ArrayList<Candidate<T>>();
        for (var candidate : candidates) {
            switch (candidate.entry().path()) {
                case null -> root.prefixes.add(candidate);
                case PathPattern.Exact(var path) -> root.at(path).exacts.add(candidate);
                case PathPattern.Prefix(var path) -> root.at(path).prefixes.add(candidate);
                case PathPattern.Regex _ -> regexes.add(candidate);
            }
        }
        regexes.sort(Candidate.PRECEDENCE);
        var patterns = new ArrayList<ValuePattern.Fitting>();
        for (var candidate : regexes) {
            if (candidate.entry().path() instanceof PathPattern.Regex(var pattern)) {
                patterns.add(pattern);
            }
        }
        return new PathTable<>(
                List.copyOf(candidates),
                root.freeze(null, seed),
                List.copyOf(regexes),
                patterns.toArray(ValuePattern.Fitting[]::new));
    }

    /** The answer so far, or a better one from this table. */
    Match<T> search(MatchInput input, Match<T> answer, Explanation.@Nullable Trace<T> trace) {
        // A host that only other listeners serve is not known here.
        boolean known = (listeners >>> input.listener() & 1) != 0;
        var best = known && answer instanceof Match.UnknownHost ? noRoute : answer;
        best = searchTree(input, best, trace);
        best = searchRegexes(input, best, trace);
        best = consider(root.prefixes, input, best, trace);
        if (trace != null) {
            trace.leave(all);
        }
        return best;
    }

    /**
     * Whether a later candidate may still matter: the answer is not final, or the order is to be
     * explained.
     */
    static <T> boolean isOpen(Match<T> answer, Explanation.@Nullable Trace<T> trace) {
        return trace != null || !answer.isFinal();
    }

    private Match<T> searchTree(
            MatchInput input, Match<T> answer, Explanation.@Nullable Trace<T> trace) {
        byte[] bytes = input.bytes();
        int at = input.pathOffset();
        int end = at + input.pathLength();
        var node = root;
        // "*" of OPTIONS lies in no tree.
        while (at < end && bytes[at] == '/' && node.children != null) {
            int name = at + 1;
            while (name < end && (bytes[name] > ';' || !endsName(bytes, name, end))) {
                name++;
            }
            var child = node.children.find(bytes, at + 1, name - at - 1);
            int stop = name;
            while (stop < end && bytes[stop] != '/') {
                stop++;
            }
            if (child == null) {
                break;
            }
            node = child;
            at = stop;
        }
        var best = at == end ? consider(node.exacts, input, answer, trace) : answer;
        for (var up = node; up != null && up != root; up = up.above) {
            best = consider(up.prefixes, input, best, trace);
        }
        return best;
    }

    /**
     * Whether the name of a segment ends here. Servers of Java cut parameters off before they look
     * for what is asked: {@code /admin;x} is {@code /admin} to them, so it is here.
     */
    private static boolean endsName(byte[] bytes, int at, int end) {
        byte b = bytes[at];
        return b == '/'
                || b == ';'
                || (b == '%' && end - at >= 3 && bytes[at + 1] == '3' && bytes[at + 2] == 'B');
    }

    private Match<T> searchRegexes(
            MatchInput input, Match<T> answer, Explanation.@Nullable Trace<T> trace) {
        byte[] bytes = input.bytes();
        int offset = input.pathOffset();
        int length = input.pathLength();
        var best = answer;
        for (int i = 0; i < regexPatterns.length && isOpen(best, trace); i++) {
            if (regexPatterns[i].isTooLong(bytes, offset, length)) {
                best = best.isFinal() ? best : pathTooLong;
                if (trace != null) {
                    trace.giveUp(regexes.get(i));
                }
            } else if (regexPatterns[i].fits(bytes, offset, length)) {
                best = regexes.get(i).consider(input, best, trace);
            }
        }
        return best;
    }

    private Match<T> consider(
            List<Candidate<T>> candidates,
            MatchInput input,
            Match<T> answer,
            Explanation.@Nullable Trace<T> trace) {
        var best = answer;
        for (int i = 0; i < candidates.size() && isOpen(best, trace); i++) {
            best = candidates.get(i).consider(input, best, trace);
        }
        return best;
    }

    /** One segment of the tree. */
    private static final class Node<T> {
        final List<Candidate<T>> exacts;
        final List<Candidate<T>> prefixes;
        // The nearest node towards the root that has prefixes; null: none but the root.
        final @Nullable Node<T> above;
        private @Nullable ByteTable<Node<T>> children;

        Node(List<Candidate<T>> exacts, List<Candidate<T>> prefixes, @Nullable Node<T> above) {
            this.exacts = exacts;
            this.prefixes = prefixes;
            this.above = above;
        }
    }

    /** A node while the tree is made. */
    private static final class Draft<T> {
        final List<Candidate<T>> exacts = new ArrayList<>();
        final List<Candidate<T>> prefixes = new ArrayList<>();
        final Map<String, Draft<T>> children = new HashMap<>();

        Draft<T> at(String path) {
            var draft = this;
            if (!path.isEmpty()) {
                for (var segment : path.substring(1).split("/", -1)) {
                    draft = draft.children.computeIfAbsent(segment, _ -> new Draft<>());
                }
            }
            return draft;
        }

        Node<T> freeze(@Nullable Node<T> above, long seed) {
            exacts.sort(Candidate.PRECEDENCE);
            prefixes.sort(Candidate.PRECEDENCE);
            var node = new Node<>(List.copyOf(exacts), List.copyOf(prefixes), above);
            var below = above == null || !prefixes.isEmpty() ? node : above;
            if (!children.isEmpty()) {
                var frozen = new HashMap<String, Node<T>>();
                children.forEach(
                        (segment, draft) -> frozen.put(segment, draft.freeze(below, seed)));
                node.children = ByteTable.create(frozen, seed);
            }
            return node;
        }
    }
}
