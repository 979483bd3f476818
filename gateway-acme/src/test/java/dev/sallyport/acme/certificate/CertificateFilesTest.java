package dev.sallyport.acme.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateFilesTest {
    private final MovedClock clock = new MovedClock();
    private final CertificateStore store = new CertificateStore(clock);
    private final RecordingListener listener = new RecordingListener();
    private final CertificateFiles files =
            new CertificateFiles(store, listener, clock, KeyMaterial.Proof.NONE);
    private InternalCa ca;
    @TempDir Path folder;

    @BeforeEach
    void makeRoot() throws Exception {
        ca = InternalCa.create(clock, new SecureRandom());
        clock.advance(
                Duration.ofMinutes(
                        1)); // files written now are old enough to be known by their stamp
    }

    @Test
    void servesWhatTheFilesHold() throws Exception {
        var material = write("a.example");

        files.serve(List.of(pair()));

        assertThat(store.find("a.example")).isEqualTo(material);
        assertThat(files.problems()).isEmpty();
        assertThat(files.refresh()).isFalse();
    }

    @Test
    void readsAgainWhatChanged() throws Exception {
        write("a.example");
        files.serve(List.of(pair()));

        var renewed = write("a.example");

        assertThat(files.refresh()).isTrue();
        assertThat(store.find("a.example")).isEqualTo(renewed);
        assertThat(listener.served).hasSize(2);
    }

    @Test
    void readsAgainWhenALinkPointsElsewhere() throws Exception {
        var first = Files.createDirectory(folder.resolve("..data-1"));
        var second = Files.createDirectory(folder.resolve("..data-2"));
        keep(first, ca.issue(List.of("a.example")));
        var renewed = ca.issue(List.of("a.example"));
        keep(second, renewed);
        var link = Files.createSymbolicLink(folder.resolve("data"), first);
        files.serve(
                List.of(
                        new CertificateFiles.Pair(
                                "shop", link.resolve("a.pem"), link.resolve("a.key"))));

        var next = Files.createSymbolicLink(folder.resolve("data.new"), second);
        Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);

        assertThat(files.refresh()).isTrue();
        assertThat(store.find("a.example")).isEqualTo(renewed);
    }

    @Test
    void keepsTheLastGoodPairOnABadOneAndSaysSoOnce() throws Exception {
        var good = write("a.example");
        files.serve(List.of(pair()));

        Files.writeString(folder.resolve("a.pem"), "gone wrong");

        assertThat(files.refresh()).isFalse();
        assertThat(files.refresh()).isFalse();
        assertThat(store.find("a.example")).isEqualTo(good);
        assertThat(files.problems()).singleElement().asString().contains("a.pem: no certificate");
        assertThat(listener.problems).hasSize(1);
    }

    @Test
    void waitsForTheKeyThatFollowsItsCertificate() throws Exception {
        var old = write("a.example");
        files.serve(List.of(pair()));
        var renewed = ca.issue(List.of("a.example"));

        Files.writeString(folder.resolve("a.pem"), Pem.write(renewed.chain()));
        files.refresh();
        assertThat(store.find("a.example")).isEqualTo(old);
        Files.writeString(folder.resolve("a.key"), Pem.write(renewed.key()));
        files.refresh();

        assertThat(store.find("a.example")).isEqualTo(renewed);
        assertThat(files.problems()).isEmpty();
    }

    @Test
    void servesTheOthersWhenOneIsMissing() throws Exception {
        var material = write("a.example");
        var missing =
                new CertificateFiles.Pair(
                        "gone", folder.resolve("no.pem"), folder.resolve("no.key"));

        files.serve(List.of(missing, pair()));

        assertThat(store.find("a.example")).isEqualTo(material);
        assertThat(files.problems()).singleElement().asString().contains("no.pem: does not exist");
    }

    @Test
    void dropsWhatIsNoLongerConfigured() throws Exception {
        write("a.example");
        files.serve(List.of(pair()));

        files.serve(List.of());

        assertThat(store.all()).isEmpty();
    }

    @Test
    void warnsOfAnExpiredCertificateAndServesIt() throws Exception {
        var material = write("a.example");
        files.serve(List.of(pair()));

        clock.advance(Duration.ofDays(91));
        files.refresh();

        assertThat(store.find("a.example")).isEqualTo(material);
        assertThat(files.problems())
                .singleElement()
                .asString()
                .contains("a.pem: expired " + material.notAfter());
    }

    @Test
    void readsAFreshFileOnceMoreThoughItsStampIsTheSame() throws Exception {
        write("a.example");
        var now = Files.getLastModifiedTime(folder.resolve("a.pem"));
        var young = new MovedClock();
        var eager = new CertificateFiles(store, listener, young, KeyMaterial.Proof.NONE);
        eager.serve(List.of(pair()));

        var renewed = ca.issue(List.of("a.example"));
        overwrite("a.pem", Pem.write(renewed.chain()), now);
        overwrite("a.key", Pem.write(renewed.key()), now);

        eager.refresh();
        assertThat(store.find("a.example")).isEqualTo(renewed);
    }

    private void overwrite(String name, String text, FileTime time) throws Exception {
        Files.writeString(folder.resolve(name), text);
        Files.setLastModifiedTime(folder.resolve(name), time);
    }

    private CertificateFiles.Pair pair() {
        return new CertificateFiles.Pair("shop", folder.resolve("a.pem"), folder.resolve("a.key"));
    }

    /** Writes as most tools do: aside, then renamed. */
    private KeyMaterial write(String name) throws Exception {
        var material = ca.issue(List.of(name));
        keep(folder, material);
        return material;
    }

    private static void keep(Path folder, KeyMaterial material) throws Exception {
        var certificate =
                Files.writeString(folder.resolve("a.pem.new"), Pem.write(material.chain()));
        var key = Files.writeString(folder.resolve("a.key.new"), Pem.write(material.key()));
        Files.move(certificate, folder.resolve("a.pem"), StandardCopyOption.ATOMIC_MOVE);
        Files.move(key, folder.resolve("a.key"), StandardCopyOption.ATOMIC_MOVE);
    }
}
