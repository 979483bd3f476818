package dev.sallyport.acme.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may order and write in a folder that several processes share: one of them. When that one ends
 * or dies, the next to ask has it.
 *
 * <p>The lock is the kernel's and a process loses it as soon as it closes <em>any</em> channel on
 * the file, without a word. So the file is opened once and stays open, and before that a second
 * file is asked whether this very process holds it already. Not for network file systems.
 */
public final class FolderLock implements AutoCloseable {
    private static final String LOCK = "lock";
    private static final String OWNER = "owner";

    private final Path folder;
    private @Nullable FileChannel channel;
    private boolean isHeld;

    public FolderLock(Path folder) {
        this.folder = folder;
    }

    /** Takes the lock when nobody has it; true while it is held. Never waits. */
    public synchronized boolean tryAcquire() throws IOException {
        if (isHeld) {
            return true;
        }
        var open = channel;
        if (open == null) {
            AcmeFolder.makeFolder(folder);
            if (StateFolder.self().equals(owner())) {
                return false; // another part of this process
            }
            open =
                    FileChannel.open(
                            folder.resolve(LOCK),
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            channel = open;
        }
        try {
            isHeld = open.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
        if (isHeld) {
            Files.writeString(folder.resolve(OWNER), StateFolder.self());
        }
        return isHeld;
    }

    public synchronized boolean isHeld() {
        return isHeld;
    }

    /** Number and start of the process that has or had the lock; null when there was none. */
    public @Nullable String owner() throws IOException {
        try {
            return Files.readString(folder.resolve(OWNER));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public synchronized void close() throws IOException {
        var open = channel;
        channel = null;
        if (open != null) {
            if (isHeld) {
                Files.deleteIfExists(folder.resolve(OWNER));
            }
            isHeld = false;
            open.close();
        }
    }
}
