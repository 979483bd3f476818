package dev.sallyport.core.observe.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where log lines go: standard output, standard error, or a file that others may move away and we
 * open again.
 */
public final class LogTarget {
    private final @Nullable Path path;
    private WritableByteChannel channel;
    private @Nullable Object fileKey;

    private LogTarget(@Nullable Path path, WritableByteChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.fileKey = path == null ? null : keyOf(path);
    }

    /** The process's standard output, past any buffering print stream. */
    public static LogTarget standardOutput() throws IOException {
        return new LogTarget(null, new FileOutputStream(FileDescriptor.out).getChannel());
    }

    /** The process's standard error. */
    public static LogTarget standardError() throws IOException {
        return new LogTarget(null, new FileOutputStream(FileDescriptor.err).getChannel());
    }

    /** A file that is appended to, made readable for its owner and group when it is not there. */
    public static LogTarget file(Path path) throws IOException {
        return new LogTarget(path, open(path));
    }

    static LogTarget channel(WritableByteChannel channel) throws IOException {
        return new LogTarget(null, channel);
    }

    private static FileChannel open(Path path) throws IOException {
        return FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
    }

    private static @Nullable Object keyOf(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    /** Writes as much as can be; the buffer keeps what could not. */
    void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                throw new IOException("no room");
            }
        }
    }

    /** Whether it can be opened anew; a standard stream cannot. */
    boolean isFile() {
        return path != null;
    }

    /** Whether the file was moved or deleted since it was opened. */
    boolean isMoved() {
        if (path == null) {
            return false;
        }
        try {
            return !Objects.equals(fileKey, keyOf(path));
        } catch (IOException e) {
            return true;
        }
    }

    /** Opens the file anew; the old one stays in use when that fails. */
    void reopen() throws IOException {
        if (path == null) {
            return;
        }
        FileChannel opened = open(path);
        Object key = keyOf(path);
        WritableByteChannel old = channel;
        channel = opened;
        fileKey = key;
        old.close();
    }

    /** Closes a file; the standard streams belong to the process. */
    void close() throws IOException {
        if (path != null) {
            channel.close();
        }
    }

    @Override
    public String toString() {
        return path == null ? "standard stream" : path.toString();
    }
}
