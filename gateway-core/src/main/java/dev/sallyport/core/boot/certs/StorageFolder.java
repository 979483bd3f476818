package dev.sallyport.core.boot.certs;

import dev.sallyport.acme.storage.AcmeFolder;
import dev.sallyport.core.boot.screen.StateFolders;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which folder is meant, for verbs that need no running edge. */
final class StorageFolder {
    @Option(
            names = "--storage",
            paramLabel = "FOLDER",
            description = "The edge's storage.folder (default: as for the edge itself).")
    private @Nullable Path folder;

    AcmeFolder open() {
        Path given = folder;
        Path state = given == null ? StateFolders.find(System::getenv) : given;
        return new AcmeFolder(state.resolve("acme").toAbsolutePath());
    }
}
