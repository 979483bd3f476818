package dev.sallyport.core.boot.serve;

import dev.sallyport.config.model.value.HostPattern;
import dev.sallyport.config.model.value.InvalidValue;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the clients of one site, or of one server of another protocol, come.
 *
 * @param kind what they speak
 * @param isComplete a host without a scheme: HTTPS on its port, and the redirect on port 80
 */
record Site(Kind kind, boolean isComplete, HostPattern pattern, int port) {
    /** What is spoken, by the scheme of the URL. */
    enum Kind {
        HTTP("http", 80),
        HTTPS("https", 443),
        TCP("tcp", -1),
        TLS("tls", -1);

        private final String scheme;

        /** Negative where it must be said. */
        private final int usualPort;

        Kind(String scheme, int usualPort) {
            this.scheme = scheme;
            this.usualPort = usualPort;
        }

        static @Nullable Kind find(String scheme) {
            for (Kind kind : values()) {
                if (kind.scheme.equalsIgnoreCase(scheme)) {
                    return kind;
                }
            }
            return null;
        }
    }

    static Site parse(String text) throws Failure {
        int scheme = text.indexOf("://");
        try {
            URI uri = new URI(scheme < 0 ? "https://" + text : text);
            @Nullable Kind kind = Kind.find(uri.getScheme());
            @Nullable String host = uri.getHost();
            boolean hasPath = !(uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"));
            if (host == null
                    || kind == null
                    || hasPath
                    || uri.getRawQuery() != null
                    || uri.getRawUserInfo() != null) {
                throw wrong(text);
            }
            int port = uri.getPort() >= 0 ? uri.getPort() : kind.usualPort;
            if (port < 0) {
                throw new Failure(
                        Exit.USAGE,
                        "--from: \"" + text + "\" (expected: a port, as in " + text + ":5432)");
            }
            boolean isComplete = scheme < 0 && uri.getPort() < 0;
            return new Site(kind, isComplete, HostPattern.parse(host), port);
        } catch (URISyntaxException | InvalidValue _) {
            throw wrong(text);
        }
    }

    private static Failure wrong(String text) {
        return new Failure(
                Exit.USAGE,
                "--from: \""
                        + text
                        + "\" (expected: such as https://localhost:8443, http://localhost:8080,"
                        + " app.example.com, tls://localhost:5433 or tcp://localhost:5433)");
    }

    String host() {
        return pattern.toString();
    }

    /** Whether a certificate is shown. */
    boolean isSecure() {
        return kind == Kind.HTTPS || kind == Kind.TLS;
    }

    /** Whether requests come, not bytes of another protocol. */
    boolean isWeb() {
        return kind == Kind.HTTP || kind == Kind.HTTPS;
    }

    /** Whether clients can name it in their hello, which addresses are not. */
    boolean hasName() {
        return pattern.kind() != HostPattern.Kind.ADDRESS;
    }

    boolean isLocal() {
        return pattern.isLocal();
    }

    String url() {
        String shown = host().indexOf(':') >= 0 ? "[" + host() + "]" : host();
        String at = port == kind.usualPort ? shown : shown + ":" + port;
        return kind.scheme + "://" + at + (isWeb() ? "/" : "");
    }

    /** The listeners section of a configuration. */
    Map<String, Object> listeners() {
        return listeners(Map.of());
    }

    /** The same with settings of TLS. */
    Map<String, Object> listeners(Map<String, Object> tls) {
        // A name that never leaves this machine is not offered to others.
        String at = isLocal() && !host().endsWith(".internal") ? loopback() : "";
        Map<String, Object> listeners = new LinkedHashMap<>();
        if (isComplete) {
            listeners.put("web", Map.of("address", at + ":80", "redirect-to-https", "true"));
        }
        Map<String, Object> site = new LinkedHashMap<>();
        site.put("address", at + ":" + port);
        if (!isWeb()) {
            site.put("kind", "tcp");
        }
        if (isSecure()) {
            site.put("tls", tls);
        }
        listeners.put(listener(), site);
        return listeners;
    }

    private String listener() {
        return switch (kind) {
            case HTTP -> "web";
            case HTTPS -> "secure";
            case TCP, TLS -> "tcp";
        };
    }

    /** The sections of a configuration with what is done. */
    Map<String, Object> routes(String to) {
        if (isWeb()) {
            return Map.of("routes", Map.of("site", Map.of("host", List.of(host()), "forward", to)));
        }
        Map<String, Object> route = new LinkedHashMap<>();
        route.put("listeners", List.of(listener()));
        if (kind == Kind.TLS && hasName()) {
            route.put("sni", List.of(host()));
        }
        route.put("forward", to);
        return Map.of("tcp-routes", Map.of("site", route));
    }

    private String loopback() {
        return host().indexOf(':') >= 0 ? "[::1]" : "127.0.0.1";
    }
}
