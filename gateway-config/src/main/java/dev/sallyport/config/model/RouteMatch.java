package dev.sallyport.config.model;

import dev.sallyport.config.model.name.WrittenPath;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.setting.OneOf;
import dev.sallyport.config.model.setting.Shorthand;
import dev.sallyport.config.model.value.HostPattern;
import dev.sallyport.config.model.value.InvalidValue;
import dev.sallyport.config.model.value.Network;
import dev.sallyport.config.model.value.ValueMatch;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which requests a route means; what is absent or empty matches all. */
public record RouteMatch(
        @Doc(
                        "Host names, exact or with one wildcard label; international names as they"
                                + " are written. Absent: any host.")
                @Example("[example.com, \"*.example.com\"]")
                @Named("host")
                List<HostPattern> hosts,
        @OneOf @Nullable PathMatch path,
        @Doc("Methods; absent: all.") @Example("[GET, POST]") List<String> methods,
        @Doc(
                        "Header fields that must be there: a value, \"*\" for any value, or"
                                + " \"~regex\" (RE2) for the whole value.")
                @Example("{x-version: \"2\", x-debug: \"*\"}")
                Map<String, ValueMatch> headers,
        @Doc("Query parameters that must be there, written like headers.")
                @Example("{tenant: acme}")
                Map<String, ValueMatch> query,
        @Doc("Networks the client must be in.") @Example("[10.0.0.0/8]") List<Network> client,
        @Doc("Names of the listeners the request must have come in by; absent: all.")
                @Example("[secure]")
                List<String> listeners) {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

    public RouteMatch {
        hosts = List.copyOf(hosts);
        methods = List.copyOf(methods);
        client = List.copyOf(client);
        listeners = List.copyOf(listeners);
        query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
        var lower = new LinkedHashMap<String, ValueMatch>();
        headers.forEach((name, match) -> lower.put(name.toLowerCase(Locale.ROOT), match));
        headers = Collections.unmodifiableMap(lower);
        for (var method : methods) {
            var upper = method.toUpperCase(Locale.ROOT);
            // RFC 9110 9.1: methods are case-sensitive; get is a method of nobody.
            if (!method.matches(TOKEN) || !method.equals(upper)) {
                throw new InvalidValue(
                        method, "a method in capitals", upper.matches(TOKEN) ? upper : null);
            }
        }
        for (var name : headers.keySet()) {
            if (!name.matches(TOKEN)) {
                throw new InvalidValue(name, "the name of a header field");
            }
        }
    }

    /** What the path must be. */
    public sealed interface PathMatch {}

    /** This very path. */
    @Named("path")
    @Doc("The whole path, exactly.")
    public record Exact(@Shorthand @Doc("The path.") @Example("/status") String path)
            implements PathMatch {
        public Exact {
            requirePath(path);
        }
    }

    /** This path, and all below it at a slash. */
    @Named("path-prefix")
    @Doc("A path and everything below it: /v1 means /v1 and /v1/x, not /v10.")
    public record Prefix(@Shorthand @Doc("The prefix.") @Example("/v1") String prefix)
            implements PathMatch {
        public Prefix {
            requirePath(prefix);
        }
    }

    /** Every path that matches as a whole. */
    @Named("path-regex")
    @Doc("A regular expression (RE2) for the whole path.")
    public record Regex(@Shorthand @Doc("The expression.") @Example("/users/[0-9]+") String regex)
            implements PathMatch {
        public Regex {
            if (regex.isEmpty()) {
                throw new InvalidValue(regex, "a regular expression");
            }
        }
    }

    private static void requirePath(String path) {
        var expected = WrittenPath.findProblem(path);
        if (expected != null) {
            throw new InvalidValue(path, expected, path.startsWith("/") ? null : "/" + path);
        }
    }
}
