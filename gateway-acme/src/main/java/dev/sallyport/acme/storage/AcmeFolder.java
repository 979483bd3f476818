package dev.sallyport.acme.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The folder below which accounts, keys and chains lie, for the owner alone. A file is replaced
 * whole or not at all, and what was written is on the disk when the call returns. Blocking.
 */
public final class AcmeFolder {
    private static final long LARGEST_FILE = 4 << 20;
    private static final String TEMPORARY = ".new";
    private static final Set<String> VOLATILE = Set.of("tmpfs", "ramfs", "overlay", "aufs");

    private final Path root;

    public AcmeFolder(Path root) {
        this.root = root;
    }

    /** The folder itself, which may not exist yet. */
    public Path root() {
        return root;
    }

    /**
     * Whether the file system ends with the machine or the container; false where that cannot be
     * told.
     */
    public boolean isVolatile() {
        try {
            makeFolder(root);
            return VOLATILE.contains(Files.getFileStore(root).type());
        } catch (IOException e) {
            return false;
        }
    }

    /** The content of a file as text, or null when there is none. */
    public @Nullable String read(String name) throws IOException {
        var file = root.resolve(name);
        try {
            long size = Files.size(file);
            if (size > LARGEST_FILE) {
                throw new IOException(
                        file + ": " + size + " bytes (expected: at most " + LARGEST_FILE + ")");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Replaces the content of a file. */
    public void write(String name, String content) throws IOException {
        var file = root.resolve(name);
        var folder = requireParent(file);
        makeFolder(folder);
        var temporary = folder.resolve(file.getFileName() + TEMPORARY);
        try {
            writeNew(temporary, content);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            deleteQuietly(temporary); // on a full disk it would keep others from being written
            throw e;
        }
        force(folder);
    }

    /** Appends a line; a crash may cut the last one short. */
    public void append(String name, String line) throws IOException {
        var file = root.resolve(name);
        makeFolder(requireParent(file));
        var options =
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.APPEND);
        try (var channel = FileChannel.open(file, options, ownerOnly())) {
            writeAll(channel, line + "\n");
            channel.force(true);
        }
    }

    /** Makes a folder of files at once: all of them or, after a crash, none. */
    void writeFolder(String name, List<NamedText> files) throws IOException {
        var folder = root.resolve(name);
        var temporary = folder.resolveSibling(folder.getFileName() + TEMPORARY);
        makeFolder(requireParent(folder));
        deleteTree(temporary);
        try {
            makeFolder(temporary);
            for (var file : files) {
                writeNew(temporary.resolve(file.name()), file.content());
            }
            force(temporary);
            Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            try {
                deleteTree(temporary);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
        force(requireParent(folder));
    }

    /** A file of a folder that is written at once. */
    record NamedText(String name, String content) {}

    /** Names of what lies in a folder, without what was never finished; empty when it is absent. */
    public List<String> list(String name) throws IOException {
        try (var entries = Files.list(root.resolve(name))) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(entry -> !entry.endsWith(TEMPORARY))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException | FileNotFoundException e) {
            return List.of();
        }
    }

    /** Deletes a file, or a folder with all in it; absent is fine. */
    public void delete(String name) throws IOException {
        deleteTree(root.resolve(name));
    }

    /** Moves a folder elsewhere below this one. */
    void move(String from, String to) throws IOException {
        var target = root.resolve(to);
        makeFolder(requireParent(target));
        deleteTree(target);
        Files.move(root.resolve(from), target, StandardCopyOption.ATOMIC_MOVE);
        force(requireParent(target));
        force(requireParent(root.resolve(from)));
    }

    /** Tries to write and to read back: asked before anything is ordered. */
    public synchronized void probe() throws IOException {
        var content = "0123456789abcdef".repeat(4096); // more than a certificate takes
        write("probe", content);
        if (!content.equals(read("probe"))) {
            throw new IOException(root + ": what was written cannot be read back");
        }
        delete("probe");
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // the failure that led here is told
        }
    }

    private static void deleteTree(Path path) throws IOException {
        if (!Files.exists(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        List<Path> all;
        try (var entries = Files.walk(path)) {
            all = entries.sorted(Comparator.reverseOrder()).toList();
        }
        for (var each : all) {
            Files.deleteIfExists(each);
        }
    }

    static void makeFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            var parent = folder.getParent();
            if (parent != null) {
                force(parent);
            }
        }
    }

    private static void writeNew(Path file, String content) throws IOException {
        Files.deleteIfExists(file); // of a crash
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (var channel = FileChannel.open(file, options, ownerOnly())) {
            writeAll(channel, content);
            channel.force(true);
        }
    }

    private static void writeAll(FileChannel channel, String content) throws IOException {
        var buffer = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static java.nio.file.attribute.FileAttribute<?> ownerOnly() {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    }

    private static void force(Path folder) throws IOException {
        try (var directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true); // the rename itself
        }
    }

    private static Path requireParent(Path file) throws IOException {
        var parent = file.getParent();
        if (parent == null) {
            throw new IOException(file + ": no folder above it");
        }
        return parent;
    }
}
