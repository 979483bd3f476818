package dev.sallyport.acme.pki;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.MovedClock;
import dev.sallyport.acme.certificate.RecordingListener;
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
        {
            var folder = PkiFolder.of(path);
            var first = open(folder);
            first.serve(LOCAL);
            root = first.rootPem();
            assertThat(first.rootFile()).hasContent(root);
        }
        var leaf = store.find("localhost");

        {
            var folder = PkiFolder.of(path);
            var second = open(folder);
            second.serve(LOCAL);

            assertThat(second.rootPem()).isEqualTo(root);
            assertThat(store.find("shop.localhost")).isEqualTo(leaf);
        }
        assertThat(listener.problems).isEmpty();
    }

    @Test
    void renewsWhenAThirdIsLeft() throws Exception {
        {
            var folder = PkiFolder.of(path);
            var certificates = open(folder);
            certificates.serve(LOCAL);
            var first = store.find("localhost");

            clock.advance(Duration.ofDays(4));
            assertThat(certificates.refresh()).isFalse();
            clock.advance(Duration.ofDays(1));
            assertThat(certificates.refresh()).isTrue();

            assertThat(store.find("localhost")).isNotNull().isNotEqualTo(first);
            assertThat(certificates.refresh()).isFalse();
        }
    }

    @Test
    void leafAtRestThatIsDueIsNotServed() throws Exception {
        {
            var folder = PkiFolder.of(path);
            open(folder).serve(LOCAL);
        }
        var first = store.find("localhost");
        clock.advance(Duration.ofDays(6));

        {
            var folder = PkiFolder.of(path);
            open(folder).serve(LOCAL);
        }

        assertThat(store.find("localhost")).isNotNull().isNotEqualTo(first);
    }

    @Test
    void makesANewRootBeforeTheOldOneEnds() throws Exception {
        {
            var folder = PkiFolder.of(path);
            var certificates = open(folder);
            certificates.serve(LOCAL);
            var root = certificates.rootPem();

            clock.advance(Duration.ofDays(3500));
            certificates.refresh();

            assertThat(certificates.rootPem()).isNotEqualTo(root);
            assertThat(certificates.rootFile()).hasContent(certificates.rootPem());
        }
    }

    @Test
    void brokenFilesAreReplacedAndReported() throws Exception {
        {
            var folder = PkiFolder.of(path);
            open(folder).serve(LOCAL);
        }
        try (var files = Files.newDirectoryStream(path, "{leaf-*,root.key}")) {
            for (var file : files) {
                Files.writeString(file, "zero");
            }
        }

        {
            var folder = PkiFolder.of(path);
            open(folder).serve(LOCAL);
        }

        assertThat(store.find("localhost")).isNotNull();
        assertThat(listener.problems)
                .hasSize(2)
                .anyMatch(problem -> problem.contains("clients must trust it anew"));
    }

    @Test
    void servesFromMemoryWithoutAFolder() throws Exception {
        {
            var folder = PkiFolder.inMemory();
            var certificates = open(folder);
            certificates.serve(LOCAL);

            assertThat(store.find("localhost")).isNotNull();
            assertThat(certificates.rootFile()).isNull();
        }
    }

    @Test
    void servesALeafPerListAndNothingForNone() throws Exception {
        {
            var folder = PkiFolder.inMemory();
            open(folder).serve(List.of(List.of("localhost"), List.of("b.localhost")));
            assertThat(store.all()).hasSize(2);
            open(folder).serve(List.of());
        }

        assertThat(store.all()).isEmpty();
        assertThat(listener.problems).isEmpty();
    }

    private InternalCertificates open(PkiFolder folder) {
        return new InternalCertificates(folder, store, listener, clock, new SecureRandom());
    }
}
