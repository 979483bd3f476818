package dev.sallyport.core.filter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of users in the form of {@code htpasswd}: {@code user:hash}, one a line. Control threads
 * read it; loops only see {@link #users()}.
 */
final class UsersFile {
    private static final Logger log = LoggerFactory.getLogger(UsersFile.class);
    private static final long MAX_BYTES = 16L << 20;

    private final Path path;
    private volatile State state = new State(null, null);

    /** What changes when a file does. */
    private record Stamp(FileTime modified, long size, @Nullable Object key) {}

    /** One look at the file; the stamp is taken first, so that a change meanwhile shows. */
    private record State(@Nullable Stamp stamp, @Nullable Users users) {}

    UsersFile(Path path) {
        this.path = path;
    }

    /** The users of the file as it was last read; null while it cannot be used. */
    @Nullable Users users() {
        return state.users();
    }

    /**
     * Reads the file for the first time.
     *
     * @throws IllegalArgumentException when it is missing or broken
     */
    void open() {
        try {
            state = new State(stamp(), read());
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "users-file: " + path + " (expected: a readable file)", e);
        }
    }

    /** Reads the file anew if it changed; one that is missing or broken leaves no user. */
    void refresh() {
        State before = state;
        Stamp stamp = null;
        try {
            stamp = stamp();
            if (!stamp.equals(before.stamp())) {
                state = new State(stamp, read());
                log.info("users file read path={}", path);
            }
        } catch (IOException | IllegalArgumentException e) {
            state = new State(stamp, null);
            if (before.users() != null || !Objects.equals(stamp, before.stamp())) {
                log.error(
                        "users file unusable, nobody is let in path={} reason={}", path, reason(e));
            }
        }
    }

    private static String reason(Exception e) {
        return e instanceof IOException ? "not readable" : String.valueOf(e.getMessage());
    }

    private Stamp stamp() throws IOException {
        var attributes = Files.readAttributes(path, BasicFileAttributes.class);
        return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    }

    private Users read() throws IOException {
        if (Files.size(path) > MAX_BYTES) {
            throw new IllegalArgumentException(
                    path
                            + ": "
                            + Files.size(path)
                            + " bytes (expected: at most "
                            + MAX_BYTES
                            + ")");
        }
        Map<String, PasswordHash> byName = new HashMap<>();
        int line = 0;
        for (String text : Files.readAllLines(path, UTF_8)) {
            line++;
            if (!text.isBlank() && text.charAt(0) != '#') {
                add(byName, text.strip(), path + ":" + line);
            }
        }
        if (byName.isEmpty()) {
            throw new IllegalArgumentException(path + ": no user (expected: at least one)");
        }
        return new Users(byName);
    }

    /** Never shows what stands behind the colon, nor a line without one: it may be a password. */
    private static void add(Map<String, PasswordHash> byName, String line, String place) {
        int colon = line.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException(place + ": (expected: user:hash)");
        }
        String name = line.substring(0, colon);
        PasswordHash hash;
        try {
            hash = PasswordHash.parse(line.substring(colon + 1));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place + " user " + name + ": " + e.getMessage(), e);
        }
        if (byName.put(name, hash) != null) {
            throw new IllegalArgumentException(
                    place + ": user " + name + " twice (expected: once)");
        }
    }

    /** Users and their passwords. Two are the same only when they come from the same reading. */
    static final class Users {
        private final Map<String, PasswordHash> byName;
        private final List<PasswordHash> all;

        private Users(Map<String, PasswordHash> byName) {
            this.byName = Map.copyOf(byName);
            this.all = List.copyOf(byName.values());
        }

        /** Whether that is the user's password; costs the same for a user there is not. */
        boolean verify(String name, byte[] password) {
            PasswordHash hash = byName.get(name);
            if (hash != null) {
                return hash.matches(password);
            }
            // Spread as the users there are, so that the time it takes names nobody.
            boolean matched = all.get(Math.floorMod(name.hashCode(), all.size())).matches(password);
            return matched && byName.containsKey(name);
        }
    }
}
