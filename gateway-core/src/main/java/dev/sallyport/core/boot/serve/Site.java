package dev.sallyport.core.boot.serve;

import dev.sallyport.config.model.value.HostPattern;
import dev.sallyport.config.model.value.InvalidValue;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the clients of one site come.
 *
 * @param isComplete a host without a scheme: HTTPS on its port, and the redirect on port 80
 */
record Site(boolean isSecure, boolean isComplete, HostPattern pattern, int port) {
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    static Site parse(String text) throws Failure {
        int scheme = text.indexOf("://");
        try {
            URI uri = new URI(scheme < 0 ? "https://" + text : text);
            String word = uri.getScheme();
            @Nullable String host = uri.getHost();
            boolean hasPath = !(uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"));
            if (host == null
                    || !(word.equals("http") || word.equals("https"))
                    || hasPath
                    || uri.getRawQuery() != null
                    || uri.getRawUserInfo() != null) {
                throw wrong(text);
            }
            boolean isSecure = word.equals("https");
            int port = uri.getPort() >= 0 ? uri.getPort() : isSecure ? HTTPS : HTTP;
            boolean isComplete = scheme < 0 && uri.getPort() < 0;
            return new Site(isSecure, isComplete, HostPattern.parse(host), port);
        } catch (URISyntaxException | InvalidValue _) {
            throw wrong(text);
        }
    }

    private static Failure wrong(String text) {
        return new Failure(
                Exit.USAGE,
                "--from: \""
                        + text
                        + "\" (expected: such as https://localhost:8443, http://localhost:8080 or"
                        + " app.example.com)");
    }

    String host() {
        return pattern.toString();
    }

    boolean isLocal() {
        return pattern.isLocal();
    }

    String url() {
        boolean isUsual = port == (isSecure ? HTTPS : HTTP);
        String shown = host().indexOf(':') >= 0 ? "[" + host() + "]" : host();
        return (isSecure ? "https://" : "http://") + shown + (isUsual ? "" : ":" + port) + "/";
    }

    /** The listeners section of a configuration. */
    Map<String, Object> listeners() {
        // A name that never leaves this machine is not offered to others.
        String at = isLocal() && !host().endsWith(".internal") ? loopback() : "";
        Map<String, Object> listeners = new LinkedHashMap<>();
        if (isComplete) {
            listeners.put("web", Map.of("address", at + ":80", "redirect-to-https", "true"));
        }
        Map<String, Object> site = new LinkedHashMap<>();
        site.put("address", at + ":" + port);
        if (isSecure) {
            site.put("tls", Map.of());
        }
        listeners.put(isSecure ? "secure" : "web", site);
        return listeners;
    }

    private String loopback() {
        return host().indexOf(':') >= 0 ? "[::1]" : "127.0.0.1";
    }
}
