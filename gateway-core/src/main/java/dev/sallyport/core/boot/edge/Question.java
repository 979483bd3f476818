package dev.sallyport.core.boot.edge;

import dev.sallyport.config.model.name.InternationalName;
import dev.sallyport.config.model.value.IpAddress;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that is not sent, only explained.
 *
 * @param headers lines such as {@code x-version: 2}
 * @param client address the request would come from
 */
public record Question(String url, String method, List<String> headers, String client) {
    /** Where a request comes from when nobody says. */
    public static final String CLIENT = "127.0.0.1";

    public Question {
        headers = List.copyOf(headers);
    }

    /** As it came to the admin interface. */
    static Question of(Map<String, String> query) throws Failure {
        @Nullable String url = query.get("url");
        if (url == null) {
            throw new Failure(Exit.USAGE, "url: none (expected: ?url=https://host/path)");
        }
        String headers = query.getOrDefault("headers", "");
        return new Question(
                url,
                query.getOrDefault("method", "GET"),
                headers.isEmpty() ? List.of() : List.of(headers.split("\n", -1)),
                query.getOrDefault("client", CLIENT));
    }

    /** As it is sent to the admin interface. */
    public String toQuery() {
        return "url="
                + encoded(url)
                + "&method="
                + encoded(method)
                + "&headers="
                + encoded(String.join("\n", headers))
                + "&client="
                + encoded(client);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    boolean isSecure() throws Failure {
        return scheme().equals("https");
    }

    /** The port of the URL. */
    int port() throws Failure {
        String authority = authority();
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon > authority.lastIndexOf(']');
        try {
            return hasPort
                    ? Integer.parseInt(authority.substring(colon + 1))
                    : isSecure() ? 443 : 80;
        } catch (NumberFormatException _) {
            throw wrong();
        }
    }

    private String scheme() throws Failure {
        int end = url.indexOf("://");
        String scheme = end < 0 ? "" : url.substring(0, end).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw wrong();
        }
        return scheme;
    }

    private String authority() throws Failure {
        int start = scheme().length() + 3;
        int end = start;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        return url.substring(start, end);
    }

    /** The head as a client would send it, for the real parser to judge. */
    byte[] head() throws Failure {
        String rest = url.substring(scheme().length() + 3 + authority().length());
        int fragment = rest.indexOf('#');
        String sent = fragment < 0 ? rest : rest.substring(0, fragment);
        String target = sent.startsWith("/") ? sent : "/" + sent;
        List<String> lines = new ArrayList<>();
        lines.add(method + " " + target + " HTTP/1.1");
        lines.add("Host: " + ascii(authority()));
        lines.addAll(headers);
        return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    }

    /** A name of other scripts in the form that clients send. */
    private static String ascii(String authority) {
        try {
            return InternationalName.toAscii(authority);
        } catch (IllegalArgumentException _) {
            return authority;
        }
    }

    byte[] clientAddress() throws Failure {
        byte[] address = IpAddress.find(client) == null ? null : bytes(client);
        if (address == null) {
            throw new Failure(Exit.USAGE, "client: \"" + client + "\" (expected: an IP address)");
        }
        return address;
    }

    private static byte @Nullable [] bytes(String text) {
        try {
            return java.net.InetAddress.ofLiteral(text).getAddress();
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private Failure wrong() {
        return new Failure(
                Exit.USAGE,
                "url: \"" + url + "\" (expected: such as https://app.example.com/path)");
    }
}
