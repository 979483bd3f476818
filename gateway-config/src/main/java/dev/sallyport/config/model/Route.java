package dev.sallyport.config.model;

import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Inline;
import dev.sallyport.config.model.setting.Key;
import dev.sallyport.config.model.setting.OneOf;
import dev.sallyport.config.model.setting.Range;
import dev.sallyport.config.model.value.EndpointAddress;
import dev.sallyport.config.model.value.HostPattern;
import dev.sallyport.config.model.value.InvalidValue;
import dev.sallyport.config.model.value.Written;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which requests are meant, the filters they pass in order, and what is done with them. */
public record Route(
        @Key String name,
        @Inline RouteMatch match,
        @Doc(
                        "Steps a request passes in order: each the name of one under filters, or"
                                + " one filter with its settings.")
                @Example("[internal-only, {rate-limit: {rate: 100/s}}]")
                List<FilterSettings> filters,
        @OneOf RouteAction action,
        @Doc("Remove path-prefix from the path before forwarding.") @Default("false")
                boolean stripPrefix,
        @Doc(
                        "The Host sent to the upstream: keep the client's, the endpoint's own, or"
                                + " a name written here.")
                @Default("keep")
                HostHeader hostHeader,
        @Doc(
                        "How many other endpoints are tried when a request was never sent, or is"
                                + " idempotent and unanswered.")
                @Default("1")
                @Range(min = "0", max = "3")
                int retry,
        @Doc("What this route does differently from limits.") @Default("{}") Timeouts timeouts) {

    public Route {
        filters = List.copyOf(filters);
        if (stripPrefix && !(match.path() instanceof RouteMatch.Prefix)) {
            throw new IllegalArgumentException(
                    "strip-prefix without path-prefix (expected: both or none)");
        }
    }

    /** The same for other hosts. */
    public Route withHosts(List<HostPattern> hosts) {
        var other =
                new RouteMatch(
                        hosts,
                        match.path(),
                        match.methods(),
                        match.headers(),
                        match.query(),
                        match.client(),
                        match.listeners());
        return new Route(name, other, filters, action, stripPrefix, hostHeader, retry, timeouts);
    }

    /** Times of this route; those absent are the ones of {@link Limits}. */
    public record Timeouts(
            @Doc("Replaces limits.response-timeout.") @Example("5m") @Range(min = "1ms", max = "1d")
                    @Nullable Duration response,
            @Doc("Replaces limits.progress-timeout.") @Example("2m") @Range(min = "1ms", max = "1d")
                    @Nullable Duration progress,
            @Doc("Replaces limits.tunnel-idle-timeout.")
                    @Example("12h")
                    @Range(min = "1ms", max = "30d")
                    @Nullable Duration tunnelIdle) {}

    /** The Host field a request is sent on with. */
    @Written(as = "keep, endpoint or a host name")
    public record HostHeader(Mode mode, @Nullable String literal) {
        /** Whose name is sent. */
        public enum Mode {
            KEEP,
            ENDPOINT,
            LITERAL
        }

        public static HostHeader parse(String text) {
            return switch (text) {
                case "keep" -> new HostHeader(Mode.KEEP, null);
                case "endpoint" -> new HostHeader(Mode.ENDPOINT, null);
                default -> new HostHeader(Mode.LITERAL, authority(text));
            };
        }

        @Override
        public String toString() {
            return switch (mode) {
                case KEEP -> "keep";
                case ENDPOINT -> "endpoint";
                case LITERAL -> String.valueOf(literal);
            };
        }

        private static String authority(String text) {
            // A host with or without a port; one parser decides what a host is.
            boolean port = text.matches(".*[^:]:[0-9]+|\\[.*]:[0-9]+");
            try {
                var address = EndpointAddress.parse(port ? text : text + ":80").toString();
                var host = port ? address : address.substring(0, address.length() - 3);
                if (!text.contains("/") && !text.startsWith("unix:")) {
                    return host;
                }
            } catch (InvalidValue _) {
                // the expectation of a host header is another one
            }
            throw new InvalidValue(text, "keep, endpoint or a host name");
        }
    }
}
