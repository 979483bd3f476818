package dev.sallyport.acme.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.MovedClock;
import dev.sallyport.acme.certificate.RecordingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InternalCertificatesTest {
    private static final List<List<String>> LOCAL =
            List.of(List.of("localhost", "*.localhost", "127.0.0.1"));

    private final MovedClock clock = new MovedClock();
    private final CertificateStore store = new CertificateStore(clock);
    private final RecordingListener listener = new RecordingListener();
    @TempDir Path path;

    @Test
    void rootAndLeafAreTheSameAfterARestart() throws Exception {
        String root;
        try (var folder = StateFolder.open(path)) {
            var first = open(folder);
            first.serve(LOCAL);
            root = first.rootPem();
            assertThat(first.rootFile()).hasContent(root);
        }
        var leaf = store.find("localhost");

        try (var folder = StateFolder.open(path)) {
            var second = open(folder);
            second.serve(LOCAL);

            assertThat(second.rootPem()).isEqualTo(root);
            assertThat(store.find("shop.localhost")).isEqualTo(leaf);
        }
        assertThat(listener.problems).isEmpty();
    }

    @Test
    void renewsWhenAThirdIsLeft() throws Exception {
        try (var folder = StateFolder.open(path)) {
            var certificates = open(folder);
            certificates.serve(LOCAL);
            var first = store.find("localhost");

            clock.advance(Duration.ofDays(59));
            assertThat(certificates.refresh()).isFalse();
            clock.advance(Duration.ofDays(2));
            assertThat(certificates.refresh()).isTrue();

            assertThat(store.find("localhost")).isNotNull().isNotEqualTo(first);
            assertThat(certificates.refresh()).isFalse();
        }
    }

    @Test
    void leafAtRestThatIsDueIsNotServed() throws Exception {
        try (var folder = StateFolder.open(path)) {
            open(folder).serve(LOCAL);
        }
        var first = store.find("localhost");
        clock.advance(Duration.ofDays(80));

        try (var folder = StateFolder.open(path)) {
            open(folder).serve(LOCAL);
        }

        assertThat(store.find("localhost")).isNotNull().isNotEqualTo(first);
    }

    @Test
    void makesANewRootBeforeTheOldOneEnds() throws Exception {
        try (var folder = StateFolder.open(path)) {
            var certificates = open(folder);
            certificates.serve(LOCAL);
            var root = certificates.rootPem();

            clock.advance(Duration.ofDays(3300));
            certificates.refresh();

            assertThat(certificates.rootPem()).isNotEqualTo(root);
            assertThat(certificates.rootFile()).hasContent(certificates.rootPem());
        }
    }

    @Test
    void brokenFilesAreReplacedAndReported() throws Exception {
        try (var folder = StateFolder.open(path)) {
            open(folder).serve(LOCAL);
        }
        try (var files = Files.newDirectoryStream(path, "{leaf-*,ca.key}")) {
            for (var file : files) {
                Files.writeString(file, "zero");
            }
        }

        try (var folder = StateFolder.open(path)) {
            open(folder).serve(LOCAL);
        }

        assertThat(store.find("localhost")).isNotNull();
        assertThat(listener.problems)
                .hasSize(2)
                .anyMatch(problem -> problem.contains("clients must trust it anew"));
    }

    @Test
    void servesFromMemoryWithoutAFolder() throws IOException {
        try (var folder = StateFolder.inMemory()) {
            var certificates = open(folder);
            certificates.serve(LOCAL);

            assertThat(store.find("localhost")).isNotNull();
            assertThat(certificates.rootFile()).isNull();
        }
    }

    @Test
    void servesALeafPerListAndNothingForNone() throws IOException {
        try (var folder = StateFolder.inMemory()) {
            open(folder).serve(List.of(List.of("localhost"), List.of("b.localhost")));
            assertThat(store.all()).hasSize(2);
            open(folder).serve(List.of());
        }

        assertThat(store.all()).isEmpty();
        assertThat(listener.problems).isEmpty();
    }

    private InternalCertificates open(StateFolder folder) {
        return new InternalCertificates(folder, store, listener, clock, new SecureRandom());
    }
}
