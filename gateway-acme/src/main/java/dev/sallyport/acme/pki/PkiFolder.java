package dev.sallyport.acme.pki;

import dev.sallyport.acme.certificate.UnusableCertificateException;
import dev.sallyport.acme.storage.StateFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where the private authority lies: a folder that a running edge and the command take turns to own,
 * for moments. Where it cannot be written, what is made lives in memory.
 */
public final class PkiFolder {
    private static final long PATIENCE = Duration.ofSeconds(10).toNanos();
    private static final long PAUSE = Duration.ofMillis(20).toNanos();

    private final @Nullable Path path;
    private @Nullable StateFolder memory;

    private PkiFolder(@Nullable Path path, @Nullable StateFolder memory) {
        this.path = path;
        this.memory = memory;
    }

    public static PkiFolder of(Path path) {
        return new PkiFolder(path, null);
    }

    /** One that is none: everything is lost with the process. */
    public static PkiFolder inMemory() {
        return new PkiFolder(null, StateFolder.inMemory());
    }

    /** What is done while the folder is owned. */
    interface Work<T> {
        T in(Files files) throws IOException, UnusableCertificateException;
    }

    /** Does something as the folder's only owner. Blocking. */
    synchronized <T> T own(Work<T> work) throws IOException, UnusableCertificateException {
        StateFolder kept = memory;
        if (kept != null || path == null) {
            return work.in(new Files(kept == null ? StateFolder.inMemory() : kept));
        }
        long start = System.nanoTime();
        while (true) {
            StateFolder folder = StateFolder.open(path);
            if (folder.isOwnedElsewhere()) {
                folder.close();
                if (System.nanoTime() - start > PATIENCE) {
                    throw new IOException(path + ": in use by another process for 10 s");
                }
                LockSupport.parkNanos(PAUSE);
            } else if (folder.problem() != null) {
                memory = folder; // reads what is there, and keeps what is new
                return work.in(new Files(folder));
            } else {
                try (folder) {
                    return work.in(new Files(folder));
                }
            }
        }
    }

    /** Why what is made is lost with the process; null when it is kept. */
    public synchronized @Nullable String problem() {
        StateFolder kept = memory;
        return kept == null ? null : kept.problem();
    }

    /** The path of a file; null when it is in memory only. */
    synchronized @Nullable Path pathOf(String name) {
        return memory != null || path == null ? null : path.resolve(name);
    }

    /** The files, as text. */
    record Files(StateFolder folder) {
        @Nullable String read(String name) throws IOException {
            byte[] content = folder.read(name);
            return content == null ? null : new String(content, StandardCharsets.US_ASCII);
        }

        void write(String name, String content) throws IOException {
            folder.write(
                    name, content.getBytes(StandardCharsets.US_ASCII), StateFolder.Access.OWNER);
        }

        /** For everybody to read; only when it is another than what is there. */
        void publish(String name, String content) throws IOException {
            if (!content.equals(read(name))) {
                folder.write(
                        name,
                        content.getBytes(StandardCharsets.US_ASCII),
                        StateFolder.Access.EVERYBODY);
            }
        }

        void delete(String name) throws IOException {
            folder.delete(name);
        }
    }
}
