package dev.sallyport.core.match;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rule of precedence written down naively: try every route, sort what fits, take the first. */
final class ReferenceMatcher {
    private record Fit(
            RouteEntry<String> entry,
            int host,
            int path,
            int conditions,
            int order,
            boolean method) {}

    private static final Comparator<Fit> PRECEDENCE =
            Comparator.comparingInt(Fit::host)
                    .thenComparingInt(Fit::path)
                    .reversed()
                    .thenComparing(Comparator.comparingInt(Fit::conditions).reversed())
                    .thenComparingInt(Fit::order);

    private final List<RouteEntry<String>> entries;
    private final List<String> listeners;

    ReferenceMatcher(List<RouteEntry<String>> entries, List<String> listeners) {
        this.entries = entries;
        this.listeners = listeners;
    }

    Match<String> find(FakeInput input) {
        var fits = new ArrayList<Fit>();
        boolean known = false;
        for (var entry : entries) {
            boolean listens =
                    entry.listeners().isEmpty()
                            || entry.listeners().contains(listeners.get(input.listener()));
            var hosts = entry.hosts().isEmpty() ? List.of(HostPattern.any()) : entry.hosts();
            for (var host : hosts) {
                int rank = hostRank(host, input.host());
                known |= listens && rank >= 0;
                int path = pathRank(entry.path(), input.path());
                if (listens && rank >= 0 && path >= 0 && conditionsHold(entry, input)) {
                    fits.add(
                            new Fit(
                                    entry,
                                    rank,
                                    path,
                                    conditions(entry),
                                    entries.indexOf(entry),
                                    methodFits(entry, input)));
                }
            }
        }
        fits.sort(PRECEDENCE);
        for (var fit : fits) {
            if (fit.method) {
                return new Match.Found<>(fit.entry);
            }
        }
        if (!fits.isEmpty()) {
            var allow = new TreeSet<String>();
            fits.forEach(fit -> allow.addAll(fit.entry.methods()));
            if (allow.contains("GET")) {
                allow.add("HEAD");
            }
            return new Match.MethodNotAllowed<>(List.copyOf(allow));
        }
        return known ? new Match.NoRoute<>() : new Match.UnknownHost<>();
    }

    private static int hostRank(HostPattern pattern, String host) {
        var suffix = pattern.suffix();
        boolean under = host.endsWith("." + suffix) && host.length() > suffix.length() + 1;
        return switch (pattern.kind()) {
            case EXACT -> host.equals(suffix) ? 100_000 : -1;
            case ONE_LABEL ->
                    under && host.indexOf('.') == host.length() - suffix.length() - 1
                            ? suffix.length() * 2 + 1
                            : -1;
            case LABELS -> under ? suffix.length() * 2 : -1;
            case ANY -> 0;
        };
    }

    private static int pathRank(@Nullable PathPattern pattern, String whole) {
        var path = whole.replaceAll("(;|%3B)[^/]*", "");
        return switch (pattern) {
            case null -> 0;
            case PathPattern.Exact(var exact) -> path.equals(exact) ? 100_000 : -1;
            case PathPattern.Prefix(var prefix) when prefix.isEmpty() -> 0;
            case PathPattern.Prefix(var prefix) ->
                    path.equals(prefix) || path.startsWith(prefix + "/") ? prefix.length() + 1 : -1;
            case PathPattern.Regex(var regex) ->
                    Pattern.matches(regex.toString().substring(1), whole) ? 1 : -1;
        };
    }

    private static int conditions(RouteEntry<?> entry) {
        return entry.headers().size()
                + entry.query().size()
                + (entry.methods().isEmpty() ? 0 : 1)
                + (entry.clients() == null ? 0 : 1)
                + (entry.listeners().isEmpty() ? 0 : 1);
    }

    private static boolean methodFits(RouteEntry<?> entry, FakeInput input) {
        return entry.methods().isEmpty()
                || entry.methods().contains(input.method())
                || (input.method().equals("HEAD") && entry.methods().contains("GET"));
    }

    private static boolean conditionsHold(RouteEntry<?> entry, FakeInput input) {
        var clients = entry.clients();
        boolean holds = clients == null || clients.contains(input.clientHigh(), input.clientLow());
        for (var header : entry.headers().entrySet()) {
            var values =
                    input.fields().stream()
                            .filter(field -> field.name().equalsIgnoreCase(header.getKey()))
                            .map(FakeInput.Field::value)
                            .toList();
            holds &=
                    !values.isEmpty()
                            && values.stream().allMatch(value -> fits(header.getValue(), value));
        }
        for (var parameter : entry.query().entrySet()) {
            var values = new ArrayList<String>();
            if (!input.query().isEmpty()) {
                for (var pair : input.query().substring(1).split("&", -1)) {
                    int equals = pair.indexOf('=');
                    if ((equals < 0 ? pair : pair.substring(0, equals))
                            .equals(parameter.getKey())) {
                        values.add(equals < 0 ? "" : pair.substring(equals + 1));
                    }
                }
            }
            holds &=
                    !values.isEmpty()
                            && values.stream().allMatch(value -> fits(parameter.getValue(), value));
        }
        return holds;
    }

    private static boolean fits(ValuePattern pattern, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
        return pattern.fits(bytes, 0, bytes.length);
    }
}
