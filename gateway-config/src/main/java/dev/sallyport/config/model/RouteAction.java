package dev.sallyport.config.model;

import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.setting.Range;
import dev.sallyport.config.model.setting.Shorthand;
import dev.sallyport.config.model.value.InvalidValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/** What is done with a request of a route. */
public sealed interface RouteAction {

    /** Send it to an upstream. */
    @Named("forward")
    @Doc("Send the request to an upstream.")
    record Forward(
            @Doc("Name of an upstream, or the address of a single endpoint.")
                    @Example("app")
                    @Shorthand
                    String upstream)
            implements RouteAction {
        /** Whether a text is the address of an endpoint, not the name of an upstream. */
        public static boolean isAddress(String upstream) {
            return upstream.indexOf(':') >= 0 || upstream.indexOf('/') >= 0;
        }
    }

    /** Send the client elsewhere. */
    @Named("redirect")
    @Doc("Send the client to another address.")
    record Redirect(
            @Doc(
                            "Where to: an absolute http or https address, or a path on the same"
                                    + " host. Without a path in it, path and query of the request are"
                                    + " kept.")
                    @Example("https://www.example.com")
                    @Shorthand
                    String to,
            @Doc("Status: 301, 302, 303, 307 or 308.") @Default("308") int status)
            implements RouteAction {
        private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

        public Redirect {
            if (!STATUSES.contains(status)) {
                throw new InvalidValue(Integer.toString(status), "301, 302, 303, 307 or 308");
            }
            requireTarget(to);
        }

        /** Whether path and query of the request are appended to {@code to}. */
        public boolean keepsPath() {
            var path = URI.create(to).getRawPath();
            return path == null || path.isEmpty();
        }

        private static void requireTarget(String to) {
            var expected = "an absolute http or https address, or a path";
            try {
                var uri = new URI(to);
                boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
                boolean path =
                        uri.getScheme() == null && to.startsWith("/") && !to.startsWith("//");
                if (!path && (!web || uri.getHost() == null || uri.getUserInfo() != null)) {
                    throw new InvalidValue(to, expected);
                }
            } catch (URISyntaxException _) {
                throw new InvalidValue(to, expected);
            }
        }
    }

    /** Answer it here. */
    @Named("respond")
    @Doc("Answer the request at the edge itself.")
    record Respond(
            @Doc("Status of the answer.")
                    @Example("404")
                    @Range(min = "200", max = "599")
                    @Shorthand
                    int status,
            @Doc("Text of the answer.") @Default("\"\"") String body,
            @Doc("Content type of the body.") @Default("text/plain; charset=utf-8")
                    String contentType)
            implements RouteAction {
        public Respond {
            // RFC 9110 15.3.5, 15.3.6, 15.4.5: these answers end with their head.
            boolean bodiless = status == 204 || status == 205 || status == 304;
            if (bodiless && !body.isEmpty()) {
                throw new IllegalArgumentException(
                        "body with status " + status + " (expected: none)");
            }
            if (!contentType.matches("[!-~]+/[ -~]+")) {
                throw new InvalidValue(contentType, "a content type such as text/plain");
            }
        }
    }
}
