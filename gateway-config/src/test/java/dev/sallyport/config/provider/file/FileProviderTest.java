package dev.sallyport.config.provider.file;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
final class FileProviderTest {
    private static final String ONE = "limits: {connections: 1}";
    private static final String TWO = "limits: {connections: 22}";

    @TempDir Path folder;
    private Path file = Path.of("");
    private final ScriptedSleeper sleeper = new ScriptedSleeper();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

    @BeforeEach
    void writeFile() throws IOException {
        file = Files.writeString(folder.resolve("sallyport.yaml"), ONE);
    }

    private FileProvider provider(Path start) {
        return new FileProvider(start, sleeper, now::get);
    }

    @Test
    void waitsWhileNothingChanges() {
        var provider = provider(file);
        provider.read();
        sleeper.onLook(() -> {}).onLook(() -> {});

        assertThatThrownBy(provider::awaitChange).isInstanceOf(InterruptedException.class);
        assertThat(sleeper.rested).isZero();
    }

    @Test
    void seesAFileWrittenAnew() throws InterruptedException {
        var provider = provider(file);
        var before = provider.read();
        sleeper.onLook(() -> {}).onLook(() -> Files.writeString(file, TWO));

        provider.awaitChange();

        assertThat(provider.read()).isNotEqualTo(before);
    }

    @Test
    void seesAnotherFileRenamedToItsName() throws InterruptedException {
        var provider = provider(file);
        provider.read();
        sleeper.onLook(() -> {
            var next = Files.writeString(folder.resolve(".next"), ONE);
            Files.setLastModifiedTime(next, Files.getLastModifiedTime(file));
            Files.move(next, file, ATOMIC_MOVE);
        });

        provider.awaitChange();

        assertThat(provider.read().isSound()).isTrue();
    }

    @Test
    void seesALinkSwappedAboveIt() throws IOException, InterruptedException {
        var first = Files.createDirectory(folder.resolve("..2026_1"));
        var second = Files.createDirectory(folder.resolve("..2026_2"));
        Files.writeString(first.resolve("a.yaml"), ONE);
        Files.writeString(second.resolve("a.yaml"), TWO);
        var data = Files.createSymbolicLink(folder.resolve("..data"), first);
        var mounted = Files.createSymbolicLink(folder.resolve("a.yaml"), data.resolve("a.yaml"));
        var provider = provider(mounted);
        var before = provider.read();
        sleeper.onLook(() -> {
            var swap = Files.createSymbolicLink(folder.resolve("..swap"), second);
            Files.move(swap, data, ATOMIC_MOVE);
        });

        provider.awaitChange();

        assertThat(provider.read()).isNotEqualTo(before);
    }

    @Test
    void seesAFileThatComesIntoAnIncludedFolder() throws IOException, InterruptedException {
        var conf = Files.createDirectory(folder.resolve("conf.d"));
        Files.writeString(file, "include: conf.d/*.yaml");
        var provider = provider(file);
        provider.read();
        sleeper.onLook(() -> Files.writeString(conf.resolve("a.yaml"), TWO));

        provider.awaitChange();

        assertThat(provider.read().tree().entries()).containsKey("limits");
    }

    @Test
    void seesAFileThatWasMissing() throws InterruptedException {
        var later = folder.resolve("later.yaml");
        var provider = provider(later);
        assertThat(provider.read().isSound()).isFalse();
        sleeper.onLook(() -> Files.writeString(later, ONE));

        provider.awaitChange();

        assertThat(provider.read().isSound()).isTrue();
    }

    @Test
    void seesASecretInAFileOfItsOwn() throws IOException, InterruptedException {
        var token = Files.writeString(folder.resolve("token"), "a");
        Files.writeString(
                file,
                "tracing: {otlp: \"http://127.0.0.1\", headers: {authorization: {file: token}}}");
        var provider = provider(file);
        provider.read();
        sleeper.onLook(() -> Files.writeString(token, "bb"));

        assertThatCode(provider::awaitChange).doesNotThrowAnyException();
    }

    @Test
    void waitsUntilFilesAreAtRest() throws InterruptedException {
        var provider = provider(file);
        provider.read();
        sleeper.onLook(() -> Files.writeString(file, "limits:"));
        sleeper.onRest(() -> Files.writeString(file, "limits: {"));
        sleeper.onRest(() -> Files.writeString(file, TWO));

        provider.awaitChange();

        assertThat(sleeper.rested).isEqualTo(3);
        assertThat(provider.read().isSound()).isTrue();
    }

    @Test
    void readsFilesThatNeverRestAfterAWhile() throws InterruptedException {
        var provider = provider(file);
        provider.read();
        sleeper.onLook(() -> Files.writeString(file, TWO));
        for (int i = 0; i < 100; i++) {
            var text = TWO + " #" + "x".repeat(i);
            sleeper.onRest(() -> {
                Files.writeString(file, text);
                now.updateAndGet(time -> time.plus(Duration.ofSeconds(1)));
            });
        }

        provider.awaitChange();

        assertThat(sleeper.rested).isEqualTo(5);
    }

    @Test
    void readsAllFilesOfAFolderInTheOrderOfTheirNames() throws IOException {
        Files.writeString(folder.resolve("a.yml"), "routes: {a: {respond: 404}}");
        Files.writeString(folder.resolve("notes.txt"), "not read");

        var fragment = provider(folder).read();

        assertThat(fragment.problems()).isEmpty();
        assertThat(fragment.tree().entries().sequencedKeySet()).containsExactly("routes", "limits");
    }
}
