package dev.sallyport.config.survey;

import dev.sallyport.config.audit.seen.Variable;
import dev.sallyport.config.read.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Variables of an environment: their names, and of their values only what kind they are of. */
public final class EnvironmentReader {
    private static final Set<String> ON = Set.of("1", "true", "yes", "on");
    private static final Pattern WITH_PASSWORD =
            Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*://[^/@\\s:]*:([^/@\\s]+)@.*");
    private static final Pattern PLAIN_ENGINE = Pattern.compile("(tcp|http)://[^/]+:?[0-9]*/?");

    private EnvironmentReader() {}

    static List<Variable> read(Reader reader, Node.Section service) {
        var all = new ArrayList<Variable>();
        var environment = reader.find(service, "environment");
        if (environment == null) {
            return all;
        }
        reader.entries(ComposeMerge.pairs(environment))
                .forEach((name, entry) -> {
                    if (entry.value() instanceof Node.Text text) {
                        boolean isNothing = text.isNothing() || text.text().isEmpty();
                        boolean isLeft = Variables.isOnlyVariables(text.text());
                        var value = reader.text(text);
                        var kind = isNothing ? Variable.Kind.EMPTY : kind(name, value);
                        boolean isPassword =
                                kind == Variable.Kind.LITERAL_URL
                                        && Variables.isOnlyVariables(password(text.text()));
                        if ((kind == Variable.Kind.LITERAL && isLeft) || isPassword) {
                            kind = Variable.Kind.FILLED_IN;
                        }
                        all.add(new Variable(name, kind, isOn(value), entry.keyPlace()));
                    }
                });
        return all;
    }

    private static boolean isOn(String value) {
        return ON.contains(value.toLowerCase(Locale.ROOT));
    }

    /** What kind of value it is. */
    public static Variable.Kind kind(String name, String value) {
        if (value.isEmpty()) {
            return Variable.Kind.EMPTY;
        }
        if (name.equals("DOCKER_HOST") && PLAIN_ENGINE.matcher(value).matches()) {
            return Variable.Kind.PLAIN_ENGINE;
        }
        return password(value).isEmpty() ? Variable.Kind.LITERAL : Variable.Kind.LITERAL_URL;
    }

    private static String password(String value) {
        var matcher = WITH_PASSWORD.matcher(value);
        return matcher.matches() ? matcher.group(1) : "";
    }

    /** A variable of a running container; its value goes no further than here. */
    public static Variable of(String line, dev.sallyport.config.model.problem.Place place) {
        int equals = line.indexOf('=');
        var name = equals < 0 ? line : line.substring(0, equals);
        var value = equals < 0 ? "" : line.substring(equals + 1);
        return new Variable(name, kind(name, value), isOn(value), place);
    }
}
