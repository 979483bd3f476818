package dev.sallyport.core.match;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A route ready to be considered: its further conditions, compiled, and its answers, made
 * beforehand.
 */
final class Candidate<T> {
    /** Among routes whose host and path fit equally: more conditions first, then as declared. */
    static final Comparator<Candidate<?>> PRECEDENCE =
            Comparator.<Candidate<?>>comparingInt(candidate -> -candidate.conditions.length)
                    .thenComparingInt(candidate -> candidate.order);

    private final RouteEntry<T> entry;
    private final int order;
    private final long listeners;
    private final Condition[] conditions;
    private final Match.Found<T> found;
    private final Match.MethodNotAllowed<T> methodNotAllowed;

    Candidate(RouteEntry<T> entry, int order, List<String> listeners) {
        this.entry = entry;
        this.order = order;
        this.listeners = listenerBits(entry, listeners);
        var conditions = new ArrayList<Condition>();
        if (!entry.listeners().isEmpty()) {
            conditions.add(new OnListener(this.listeners, entry.listeners()));
        }
        if (entry.clients() != null) {
            conditions.add(new FromClient(entry.clients()));
        }
        entry.headers().forEach((name, pattern) -> conditions.add(new HasField(name, pattern)));
        entry.query().forEach((name, pattern) -> conditions.add(new HasParameter(name, pattern)));
        var allow = allow(entry.methods());
        if (!allow.isEmpty()) {
            // Last, so that it is the unmet one only where the method alone is wrong.
            conditions.add(new OfMethod(allow));
        }
        this.conditions = conditions.toArray(Condition[]::new);
        this.found = new Match.Found<>(entry);
        this.methodNotAllowed = new Match.MethodNotAllowed<>(allow);
    }

    RouteEntry<T> entry() {
        return entry;
    }

    /** One bit for each listener this route answers on. */
    long listeners() {
        return listeners;
    }

    /** The answer so far, or a better one; a found one stays. */
    Match<T> consider(MatchInput input, Match<T> answer, Explanation.@Nullable Trace<T> trace) {
        var unmet = firstUnmet(input);
        if (trace != null) {
            trace.consider(this, unmet, answer.isFinal());
        }
        if (answer.isFinal()) {
            return answer;
        }
        if (unmet == null) {
            return found;
        }
        if (unmet instanceof OfMethod) {
            return answer instanceof Match.MethodNotAllowed<T> other
                    ? other.and(methodNotAllowed)
                    : methodNotAllowed;
        }
        return answer;
    }

    private @Nullable Condition firstUnmet(MatchInput input) {
        for (var condition : conditions) {
            if (!condition.holds(input)) {
                return condition;
            }
        }
        return null;
    }

    private static long listenerBits(RouteEntry<?> entry, List<String> listeners) {
        long bits = 0;
        for (var name : entry.listeners()) {
            int index = listeners.indexOf(name);
            if (index < 0) {
                throw new IllegalArgumentException(
                        "route "
                                + entry.name()
                                + ": listener \""
                                + name
                                + "\" (expected: one of "
                                + listeners
                                + ")");
            }
            bits |= 1L << index;
        }
        return entry.listeners().isEmpty() ? -1 : bits;
    }

    /** RFC 9110 9.3.2: HEAD is GET without the content; whoever lists GET means both. */
    private static List<String> allow(List<String> methods) {
        var allow = new TreeSet<>(methods);
        if (allow.contains("GET")) {
            allow.add("HEAD");
        }
        return List.copyOf(allow);
    }

    /** Something beyond host and path; its text is the reason given where it does not hold. */
    sealed interface Condition {
        boolean holds(MatchInput input);
    }

    private static final class OnListener implements Condition {
        private final long bits;
        private final List<String> names;

        OnListener(long bits, List<String> names) {
            this.bits = bits;
            this.names = names;
        }

        @Override
        public boolean holds(MatchInput input) {
            return (bits >>> input.listener() & 1) != 0;
        }

        @Override
        public String toString() {
            return "listener is none of " + names;
        }
    }

    private static final class FromClient implements Condition {
        private final NetworkSet clients;

        FromClient(NetworkSet clients) {
            this.clients = clients;
        }

        @Override
        public boolean holds(MatchInput input) {
            return clients.contains(input.clientHigh(), input.clientLow());
        }

        @Override
        public String toString() {
            return "client address is in none of the networks";
        }
    }

    private static final class OfMethod implements Condition {
        private final List<String> names;
        private final byte[][] methods;

        OfMethod(List<String> names) {
            this.names = names;
            this.methods =
                    names.stream()
                            .map(name -> name.getBytes(StandardCharsets.US_ASCII))
                            .toArray(byte[][]::new);
        }

        @Override
        public boolean holds(MatchInput input) {
            int from = input.methodOffset();
            int length = input.methodLength();
            for (byte[] method : methods) {
                if (method.length == length
                        && Arrays.equals(method, 0, length, input.bytes(), from, from + length)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public String toString() {
            return "method is none of " + names;
        }
    }

    /**
     * Every line of the field fits: whichever of several the upstream reads, it is one that was
     * matched.
     */
    private static final class HasField implements Condition {
        private final String name;
        private final byte[] lowerName;
        private final ValuePattern pattern;

        HasField(String name, ValuePattern pattern) {
            this.name = name;
            this.lowerName = name.getBytes(StandardCharsets.US_ASCII);
            this.pattern = pattern;
        }

        @Override
        public boolean holds(MatchInput input) {
            int line = input.findField(lowerName, -1);
            if (line < 0) {
                return false;
            }
            for (; line >= 0; line = input.findField(lowerName, line)) {
                if (!pattern.fits(
                        input.fieldBytes(),
                        input.fieldValueOffset(line),
                        input.fieldValueLength(line))) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String toString() {
            return "header " + name + " is not \"" + pattern + "\"";
        }
    }

    /** Every parameter of the name fits, as with fields. */
    private static final class HasParameter implements Condition {
        private final String name;
        private final QueryParameter parameter;

        HasParameter(String name, ValuePattern pattern) {
            this.name = name;
            this.parameter = new QueryParameter(name, pattern);
        }

        @Override
        public boolean holds(MatchInput input) {
            return parameter.holds(input.bytes(), input.queryOffset(), input.queryLength());
        }

        @Override
        public String toString() {
            return "query " + name + " is not \"" + parameter.pattern() + "\"";
        }
    }
}
