package dev.sallyport.acme.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generations: whole or not at all, and the one before when the newest is damaged. */
final class CertificateStorageTest {
    private static final List<String> NAMES = List.of("shop.example.com");
    private static final String ID = CertificateId.of(NAMES);

    @TempDir private Path root;
    private AcmeFolder folder;
    private CertificateStorage storage;
    private InternalCa ca;

    @BeforeEach
    void start() throws Exception {
        folder = new AcmeFolder(root.resolve("acme"));
        storage = new CertificateStorage(folder);
        ca = InternalCa.create(Clock.systemUTC(), new SecureRandom());
    }

    @Test
    void keepsThreeGenerationsForItsOwnerAlone() throws Exception {
        KeyMaterial last = save();
        for (int i = 0; i < 4; i++) {
            last = save();
        }

        var stored = Objects.requireNonNull(storage.load(ID, new ArrayList<>()));

        assertThat(stored.generation()).isEqualTo(5);
        assertThat(stored.material()).isEqualTo(last);
        assertThat(folder.list("live/" + ID)).containsExactly("3", "4", "5", "current");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bundle(5))))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "-----BEGIN CERTIFICATE-----\nAAAA", "\u0000\u0000\u0000"})
    void takesTheOneBeforeWhenTheNewestIsDamaged(String content) throws Exception {
        KeyMaterial first = save();
        save();
        Files.writeString(bundle(2), content);

        assertDamagedButServes(first);
    }

    @Test
    void takesTheOneBeforeWhenItsKeyIsAnother() throws Exception {
        KeyMaterial first = save();
        KeyMaterial second = save();
        Files.writeString(bundle(2), Pem.write(first.key()) + Pem.write(second.chain()));

        assertDamagedButServes(first);
    }

    /** Whoever wrote the digest, the proof is asked; and what it refuses is looked at closely. */
    @Test
    void takesTheOneBeforeWhenTheKeyIsAnothersAndTheDigestFits() throws Exception {
        KeyMaterial first = save();
        KeyMaterial second = save();
        write(2, Pem.write(first.key()) + Pem.write(second.chain()));
        var refused = Pem.write(List.of(second.leaf()));
        var asked = new ArrayList<String>();
        storage =
                new CertificateStorage(
                        folder,
                        (key, leaf) -> {
                            asked.add(key + leaf);
                            if (leaf.equals(refused)) {
                                throw new UnusableCertificateException("no pair");
                            }
                        });

        var problems = new ArrayList<String>();
        var stored = storage.load(ID, problems);

        assertThat(Objects.requireNonNull(stored).material()).isEqualTo(first);
        assertThat(asked.getFirst()).isEqualTo(Pem.write(first.key()) + refused);
        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst()).contains("does not belong");
    }

    @Test
    void takesTheOneBeforeWhenTheKeyIsNoneAndTheDigestFits() throws Exception {
        KeyMaterial first = save();
        KeyMaterial second = save();
        var key = Pem.write(second.key());
        write(2, key.substring(0, 60) + "AAAA" + key.substring(64) + Pem.write(second.chain()));

        assertDamagedButServes(first);
    }

    private void write(int generation, String content) throws Exception {
        Files.writeString(bundle(generation), content);
        var digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(UTF_8));
        var meta = new Meta(NAMES, "https://ca/dir", null, null, null, Instant.now());
        Files.writeString(
                bundle(generation).resolveSibling("meta.json"),
                meta.text(HexFormat.of().formatHex(digest)));
    }

    @Test
    void keepsKeyAndChainAsTheyWere() throws Exception {
        var saved = save();

        var read = Objects.requireNonNull(storage.load(ID, new ArrayList<>())).material();

        assertThat(read.key()).isEqualTo(saved.key());
        assertThat(read.chain()).isEqualTo(saved.chain());
        assertThat(read.fingerprint()).isEqualTo(saved.fingerprint());
        assertThat(read.serial()).isEqualTo(saved.leaf().getSerialNumber());
    }

    @Test
    void takesTheOneBeforeWhenWhereItComesFromIsLost() throws Exception {
        KeyMaterial first = save();
        save();
        Files.writeString(bundle(2).resolveSibling("meta.json"), "{\"names\": [");

        assertDamagedButServes(first);
    }

    private void assertDamagedButServes(KeyMaterial expected) {
        var problems = new ArrayList<String>();

        var stored = Objects.requireNonNull(storage.load(ID, problems));

        assertThat(stored.material()).isEqualTo(expected);
        assertThat(problems).singleElement().asString().startsWith("live/" + ID + "/2: ");
    }

    @Test
    void ignoresWhatWasNeverPutInForce() throws Exception {
        KeyMaterial first = save();
        save();
        folder.write("live/" + ID + "/current", "1\n"); // killed in between

        var stored = Objects.requireNonNull(storage.load(ID, new ArrayList<>()));

        assertThat(stored.material()).isEqualTo(first);
        var next = save();
        assertThat(Objects.requireNonNull(storage.load(ID, new ArrayList<>())).material())
                .isEqualTo(next);
    }

    @Test
    void readsAHistoryWhoseLastLineWasCut() throws IOException {
        var history = new History(folder);
        var at = Instant.parse("2026-11-25T12:00:00Z");
        history.add(ID, new History.Event(at, "ordered", "a", ""));
        folder.append("live/" + ID + "/history.jsonl", "{\"at\": \"2026-11-");
        history.add(ID, new History.Event(at, "issued", "a", ""));

        assertThat(history.read(ID))
                .extracting(History.Event::what)
                .containsExactly("ordered", "issued");
    }

    @Test
    void knowsAFolderThatEndsWithTheMachine() throws IOException {
        var shared = Files.createTempDirectory(Path.of("/dev/shm"), "sallyport-test");
        try {
            assertThat(new AcmeFolder(shared).isVolatile()).isTrue();
        } finally {
            Files.delete(shared);
        }
    }

    @Test
    void locksOnceInAProcess() throws IOException {
        try (var first = new FolderLock(root.resolve("acme"));
                var second = new FolderLock(root.resolve("acme"))) {
            assertThat(first.tryAcquire()).isTrue();
            assertThat(second.tryAcquire()).isFalse();
            assertThat(first.tryAcquire()).isTrue();
        }
        try (var third = new FolderLock(root.resolve("acme"))) {
            assertThat(third.tryAcquire()).isTrue();
        }
    }

    @Test
    void keepsAnAccountByItsDirectory() throws IOException {
        var accounts = new AccountStorage(folder, new SecureRandom());
        var directory = java.net.URI.create("https://ca.example/dir");
        var made = accounts.require(directory);
        accounts.write(directory, made.key(), "https://ca.example/acct/1");

        var read = new AccountStorage(folder, new SecureRandom()).require(directory);

        assertThat(read.url()).isEqualTo("https://ca.example/acct/1");
        assertThat(read.key().getPublic()).isEqualTo(made.key().getPublic());
    }

    private Path bundle(int generation) {
        return root.resolve("acme/live/" + ID + "/" + generation + "/bundle.pem");
    }

    private KeyMaterial save() throws Exception {
        var material = ca.issue(NAMES);
        storage.save(
                ID, material, new Meta(NAMES, "https://ca/dir", null, null, null, Instant.now()));
        return material;
    }
}
