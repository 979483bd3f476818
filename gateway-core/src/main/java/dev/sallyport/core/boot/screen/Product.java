package dev.sallyport.core.boot.screen;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/** What this is. */
public final class Product {
    private Product() {}

    /** The version; "development" when it does not run from its jar. */
    public static String version() {
        @Nullable String version = Product.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** The commit it was built from, marked when the sources differed; null when not known. */
    public static @Nullable String commit() {
        @Nullable CodeSource source = Product.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            return null;
        }
        try (JarFile jar = new JarFile(Path.of(source.getLocation().toURI()).toFile())) {
            @Nullable Manifest manifest = jar.getManifest();
            @Nullable String commit =
                    manifest == null
                            ? null
                            : manifest.getMainAttributes().getValue("Sallyport-Commit");
            return commit == null || commit.isEmpty() ? null : commit;
        } catch (IOException | URISyntaxException _) {
            return null;
        }
    }

    /** Version and commit in a line. */
    public static String line() {
        @Nullable String commit = commit();
        return "sallyport " + version() + (commit == null ? "" : " (commit " + commit + ")");
    }
}
