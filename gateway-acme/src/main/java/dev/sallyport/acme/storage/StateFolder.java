package dev.sallyport.acme.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * State at rest: small files in a folder of one owner, each written whole or not at all.
 *
 * <p>Where the folder cannot be written, or another process owns it, what it holds can still be
 * read and what is written lives in memory for this process; {@link #problem} says so. Blocking;
 * control threads.
 */
public final class StateFolder implements AutoCloseable {
    /** Who may read a file. */
    public enum Access {
        OWNER("rw-------"),
        EVERYBODY("rw-r--r--");

        private final String permissions;

        Access(String permissions) {
            this.permissions = permissions;
        }
    }

    private static final String LOCK = "lock";
    private static final String OWNER = "owner";
    private static final int LONGEST_NAME = 100;
    private static final int STARTED =
            22 - 3; // proc(5); the first field behind the name is the third
    private static final long LARGEST_FILE = 1 << 20;

    private final @Nullable Path folder;
    private final @Nullable FileChannel lock;
    private final @Nullable String problem;
    private final boolean isOwnedElsewhere;
    private final Map<String, byte[]> memory = new HashMap<>();

    private StateFolder(
            @Nullable Path folder, @Nullable FileChannel lock, @Nullable String problem) {
        this(folder, lock, problem, false);
    }

    private StateFolder(
            @Nullable Path folder,
            @Nullable FileChannel lock,
            @Nullable String problem,
            boolean isOwnedElsewhere) {
        this.isOwnedElsewhere = isOwnedElsewhere;
        this.folder = folder;
        this.lock = lock;
        this.problem = problem;
    }

    /** Opens a folder, making it when absent. Never fails: see {@link #problem}. */
    public static StateFolder open(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(
                        folder,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            // Asked first: to open and close a lock file again would drop the lock of this very
            // process.
            if (isOwnedByThisProcess(folder)) {
                return new StateFolder(
                        folder,
                        null,
                        folder + ": open already in this process (expected: once)",
                        true);
            }
            return own(folder);
        } catch (IOException | UnsupportedOperationException e) {
            return new StateFolder(
                    folder, null, folder + ": cannot be written, nothing is kept: " + e);
        }
    }

    /** A folder that is none: everything is lost with the process. */
    public static StateFolder inMemory() {
        return new StateFolder(null, null, "no folder, nothing is kept");
    }

    private static StateFolder own(Path folder) throws IOException {
        var options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var channel = FileChannel.open(folder.resolve(LOCK), options, permissions(Access.OWNER));
        try {
            if (channel.tryLock() == null) {
                channel.close();
                return new StateFolder(
                        folder,
                        null,
                        folder
                                + ": owned by another process (expected: one owner), nothing new is kept",
                        true);
            }
            Files.writeString(folder.resolve(OWNER), self());
            return new StateFolder(folder, channel, null);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Whether another process, or another part of this one, owns it at present. */
    public boolean isOwnedElsewhere() {
        return isOwnedElsewhere;
    }

    /** Null when all is well: what is written is kept. Otherwise why it is not. */
    public @Nullable String problem() {
        return problem;
    }

    /** The path of a file that really lies in the folder; null when it is in memory only. */
    public @Nullable Path pathOf(String name) {
        return folder == null || lock == null ? null : folder.resolve(name);
    }

    /** What was written last under this name; null when nothing was. */
    public synchronized byte @Nullable [] read(String name) throws IOException {
        var kept = memory.get(check(name));
        if (kept != null) {
            return kept.clone();
        }
        if (folder == null) {
            return null;
        }
        var file = folder.resolve(name);
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new IOException(
                        file
                                + ": "
                                + Files.size(file)
                                + " bytes (expected: at most "
                                + LARGEST_FILE
                                + ")");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /**
     * Replaces the content of a name; a crash at any moment leaves the old or the new one, whole.
     */
    public synchronized void write(String name, byte[] content, Access access) throws IOException {
        check(name);
        if (folder == null || lock == null) {
            memory.put(name, content.clone());
        } else {
            replace(folder, name, content, access);
        }
    }

    /** Forgets a name. */
    public synchronized void delete(String name) throws IOException {
        memory.remove(check(name));
        if (folder != null && lock != null) {
            Files.deleteIfExists(folder.resolve(name));
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (lock != null && lock.isOpen() && folder != null) {
            Files.deleteIfExists(folder.resolve(OWNER));
            lock.close();
        }
    }

    private static String check(String name) {
        if (!isPlain(name) || name.equals(LOCK) || name.equals(OWNER)) {
            throw new IllegalArgumentException(
                    "name: " + name + " (expected: lower-case letters, digits, . _ -)");
        }
        return name;
    }

    private static boolean isPlain(String name) {
        for (var i = 0; i < name.length(); i++) {
            var c = name.charAt(i);
            var isWord = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!isWord && (i == 0 || (c != '.' && c != '_' && c != '-'))) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= LONGEST_NAME;
    }

    private static void replace(Path folder, String name, byte[] content, Access access)
            throws IOException {
        var temporary = folder.resolve(name + ".new");
        Files.deleteIfExists(temporary); // of a crash
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (var channel = FileChannel.open(temporary, options, permissions(Access.OWNER))) {
            var buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            // explicitly: those at creation are subject to the umask
            Files.setPosixFilePermissions(
                    temporary, PosixFilePermissions.fromString(access.permissions));
            channel.force(true);
        }
        Files.move(temporary, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        try (var directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true); // the rename itself
        }
    }

    private static FileAttribute<?> permissions(Access access) {
        return PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString(access.permissions));
    }

    private static boolean isOwnedByThisProcess(Path folder) throws IOException {
        try {
            return Files.readString(folder.resolve(OWNER)).equals(self());
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Number and start: the start tells one process 1 of a container from the next. */
    static String self() throws IOException {
        // as ProcessHandle would, which costs tens of milliseconds at a start
        var stat = Path.of("/proc/self/stat");
        if (!Files.isReadable(stat)) {
            return ProcessHandle.current().pid() + "";
        }
        var text = Files.readString(stat, StandardCharsets.ISO_8859_1);
        var fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
        return text.substring(0, text.indexOf(' ')) + " " + fields[STARTED];
    }
}
