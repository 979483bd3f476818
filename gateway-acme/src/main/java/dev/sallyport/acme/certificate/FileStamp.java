package dev.sallyport.acme.certificate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/**
 * What tells one content of a file from the next: the target of a link, its inode, size and time.
 */
public record FileStamp(String key, long size, Instant modified) {
    /** Timestamps of some file systems are this coarse, in seconds. */
    private static final long COARSEST = 2;

    /** The stamp of a file now; that of a missing one is always the same. */
    public static FileStamp of(Path file) {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileStamp(
                    String.valueOf(attributes.fileKey()),
                    attributes.size(),
                    attributes.lastModifiedTime().toInstant());
        } catch (IOException e) {
            return new FileStamp("absent", 0, Instant.EPOCH);
        }
    }

    /** Whether the file may yet change without looking changed. */
    public boolean isYoung(Instant now) {
        return modified.isAfter(now.minusSeconds(COARSEST));
    }
}
