package dev.sallyport.config.guard;

import dev.sallyport.config.guard.engine.EngineAddress;
import dev.sallyport.config.guard.tls.PemFiles;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a guard is started with.
 *
 * @param feed unix socket of the feed
 * @param users who may read the feed there, by name or number; empty: the guard's own user
 * @param listen where edges on other hosts read it; null: nowhere
 * @param listenFiles whom those edges must be certified by; null without {@code listen}
 * @param prefixes of the labels that are passed on
 */
public record GuardOptions(
        EngineAddress engine,
        Path feed,
        List<String> users,
        @Nullable InetSocketAddress listen,
        @Nullable PemFiles listenFiles,
        List<String> prefixes) {
    /** Where guard and edge meet unless they are told otherwise. */
    public static final Path FEED = Path.of("/run/sallyport-feed/feed.sock");

    private static final String PREFIX = "sallyport.";
    private static final List<String> NAMES =
            List.of(
                    "--engine",
                    "--engine-ca",
                    "--engine-cert",
                    "--engine-key",
                    "--feed",
                    "--user",
                    "--listen",
                    "--listen-ca",
                    "--listen-cert",
                    "--listen-key",
                    "--label-prefix");

    public GuardOptions {
        users = List.copyOf(users);
        prefixes = List.copyOf(prefixes);
    }

    /**
     * Reads the words of a command line, without the verb. This is done without the parser of the
     * other verbs, whose classes take more memory than all the rest of a guard.
     *
     * @throws IllegalArgumentException with what is wrong and what was expected
     */
    public static GuardOptions parse(
            List<String> words, Function<String, @Nullable String> environment) {
        Map<String, List<String>> given = new HashMap<>();
        for (int i = 0; i < words.size(); i++) {
            var word = words.get(i);
            int equals = word.indexOf('=');
            var name = equals < 0 ? word : word.substring(0, equals);
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException(
                        word + " (expected: one of " + String.join(", ", NAMES) + ")");
            }
            if (equals < 0 && i + 1 == words.size()) {
                throw new IllegalArgumentException(name + " without a value");
            }
            var value = equals < 0 ? words.get(++i) : word.substring(equals + 1);
            given.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
        }
        return of(given, environment);
    }

    private static GuardOptions of(
            Map<String, List<String>> given, Function<String, @Nullable String> environment) {
        var engine = last(given, "--engine");
        var host = environment.apply("DOCKER_HOST");
        if (engine == null && host != null && !host.isEmpty()) {
            engine = host;
        }
        var engineFiles = files(given, "--engine");
        var listen = last(given, "--listen");
        var listenFiles = files(given, "--listen");
        if ((listen == null) != (listenFiles == null)) {
            throw new IllegalArgumentException(
                    "--listen needs --listen-ca, --listen-cert and --listen-key, and they need it:"
                            + " other hosts read the feed over TLS with certificates of both sides"
                            + " only");
        }
        var feed = last(given, "--feed");
        return new GuardOptions(
                engine == null
                        ? EngineAddress.find(environment)
                        : EngineAddress.parse(engine, engineFiles),
                feed == null ? FEED : Path.of(feed),
                given.getOrDefault("--user", List.of()),
                listen == null ? null : address(listen),
                listenFiles,
                given.getOrDefault("--label-prefix", List.of(PREFIX)));
    }

    private static @Nullable String last(Map<String, List<String>> given, String name) {
        var values = given.get(name);
        return values == null ? null : values.getLast();
    }

    private static @Nullable PemFiles files(Map<String, List<String>> given, String of) {
        var authority = last(given, of + "-ca");
        var certificate = last(given, of + "-cert");
        var key = last(given, of + "-key");
        if (authority == null && certificate == null && key == null) {
            return null;
        }
        if (authority == null || certificate == null || key == null) {
            throw new IllegalArgumentException(
                    of + "-ca, " + of + "-cert and " + of + "-key go together");
        }
        return new PemFiles(Path.of(authority), Path.of(certificate), Path.of(key));
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        var port = text.substring(colon + 1);
        if (colon < 0 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new IllegalArgumentException(
                    "--listen: " + text + " (expected: an address such as 10.0.0.5:9443)");
        }
        var host = text.substring(0, colon);
        return host.isEmpty()
                ? new InetSocketAddress(Integer.parseInt(port))
                : new InetSocketAddress(host, Integer.parseInt(port));
    }
}
