package dev.sallyport.config.model.certificate;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What holds wherever a certificate may be named by its two files. */
public final class PairOfFiles {
    private PairOfFiles() {}

    /** Throws {@link IllegalArgumentException} where one of the two stands alone. */
    public static void requireWhole(@Nullable Path certificateFile, @Nullable Path keyFile) {
        if ((certificateFile == null) != (keyFile == null)) {
            throw new IllegalArgumentException(
                    (keyFile == null ? "certificate-file" : "key-file")
                            + " alone (expected: certificate-file and key-file)");
        }
    }

    /** The same, and for neither files nor names to issue to, or both. */
    public static void requireOrInternal(
            @Nullable Path certificateFile, @Nullable Path keyFile, List<?> internal) {
        requireWhole(certificateFile, keyFile);
        if ((certificateFile == null) == internal.isEmpty()) {
            throw new IllegalArgumentException(
                    (internal.isEmpty() ? "no certificate" : "files and internal together")
                            + " (expected: certificate-file and key-file, or internal)");
        }
    }
}
