package dev.sallyport.config.provider.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class FolderWatchTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir Path folder;

    @Test
    void wakesForAChangeInTheFolderOfAFile() throws IOException, InterruptedException {
        var file = folder.resolve("a.yaml");
        try (var watch = FolderWatch.open()) {
            watch.follow(Set.of(file));
            var start = System.nanoTime();

            Files.writeString(file, "{}");
            watch.await(LONG);

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
        }
    }

    @Test
    void letsGoOfWhatItNoLongerFollows() throws IOException, InterruptedException {
        var other = Files.createDirectory(folder.resolve("other"));
        try (var watch = FolderWatch.open()) {
            watch.follow(Set.of(folder.resolve("a.yaml"), other.resolve("b.yaml")));
            watch.follow(Set.of(other.resolve("b.yaml")));
            var start = System.nanoTime();

            Files.writeString(folder.resolve("a.yaml"), "{}");
            watch.await(Duration.ofMillis(1)); // a cancelled key may still wake it once
            Files.writeString(other.resolve("b.yaml"), "{}");
            watch.await(LONG);

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
        }
    }
}
