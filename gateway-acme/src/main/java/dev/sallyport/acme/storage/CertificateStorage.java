package dev.sallyport.acme.storage;

import dev.sallyport.acme.certificate.FileStamp;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import dev.sallyport.acme.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Certificates at rest. Each has generations; a generation is key and chain in one file, and where
 * they come from, written at once. The newest that can be read is in force; the ones before it are
 * kept for when it cannot.
 *
 * <p>The issuer is in no path: a certificate stays where it is when another authority issues it.
 */
public final class CertificateStorage {
    private static final String LIVE = "live/";
    private static final String ARCHIVE = "archive/";
    private static final String CURRENT = "/current";
    private static final String BUNDLE = "bundle.pem";
    private static final String META = "meta.json";
    private static final String CERTIFICATE = "-----BEGIN CERTIFICATE-----";
    private static final int KEPT = 3;

    private final AcmeFolder folder;
    private final KeyMaterial.Proof proof;

    /** Issuers are shared by thousands of leaves: each row of them is parsed once. */
    private final Map<String, List<X509Certificate>> issuers = new ConcurrentHashMap<>();

    public CertificateStorage(AcmeFolder folder) {
        this(folder, Pem::parse);
    }

    /**
     * With a proof that is quick, for what did not change since it was kept; what did is checked by
     * signing, which a cold JVM does slowly.
     */
    public CertificateStorage(AcmeFolder folder, KeyMaterial.Proof proof) {
        this.folder = folder;
        this.proof = proof;
    }

    /**
     * A certificate as it lies there.
     *
     * @param problems what is wrong with newer generations, one line each; empty when all is well
     */
    public record Stored(
            String id, int generation, KeyMaterial material, Meta meta, List<String> problems) {
        public Stored {
            problems = List.copyOf(problems);
        }
    }

    /**
     * What there is of a certificate; {@code problems} is told why there is less than there was.
     */
    public @Nullable Stored load(String id, List<String> problems) {
        var current = loadCurrent(id);
        return current == null ? loadNewest(id, problems) : current;
    }

    /** Nearly always all is well: then the folder need not be listed. */
    private @Nullable Stored loadCurrent(String id) {
        try {
            var text = folder.read(LIVE + id + CURRENT);
            var current = text == null ? null : number(text.strip());
            return current == null ? null : read(id, current, List.of());
        } catch (IOException | UnusableCertificateException e) {
            return null; // found again, and told, by whoever looks closely
        }
    }

    private @Nullable Stored loadNewest(String id, List<String> problems) {
        var found = new ArrayList<String>();
        for (int generation : generations(id, found)) {
            try {
                var stored = read(id, generation, found);
                problems.addAll(found);
                return stored;
            } catch (IOException | UnusableCertificateException e) {
                found.add(LIVE + id + "/" + generation + ": " + e.getMessage());
            }
        }
        problems.addAll(found);
        return null;
    }

    /** Names of all certificates. */
    public List<String> ids() throws IOException {
        return folder.list(LIVE);
    }

    /**
     * Number of the newest generation; 0 when there is none. Cheap: asked to see whether it grew.
     */
    public int newest(String id) {
        var generations = generations(id, new ArrayList<>());
        return generations.isEmpty() ? 0 : generations.getFirst();
    }

    /** What changes whenever {@link #newest} does, and costs next to nothing to ask. */
    public FileStamp stamp(String id) {
        return FileStamp.of(folder.root().resolve(LIVE + id));
    }

    /** Keeps a new generation and puts it in force; returns its number. */
    public int save(String id, KeyMaterial material, Meta meta) throws IOException {
        try {
            return save(id, Pem.write(material.key()) + Pem.write(material.chain()), meta);
        } catch (CertificateException e) {
            throw new IOException("cannot be written as PEM: " + e.getMessage(), e);
        }
    }

    private synchronized int save(String id, String bundle, Meta meta) throws IOException {
        int next = 1 + numbers(id).stream().mapToInt(each -> each).max().orElse(0);
        folder.writeFolder(
                LIVE + id + "/" + next,
                List.of(
                        new AcmeFolder.NamedText(BUNDLE, bundle),
                        new AcmeFolder.NamedText(META, meta.text(digest(bundle)))));
        folder.write(LIVE + id + CURRENT, next + "\n");
        for (int old : numbers(id)) {
            if (old <= next - KEPT) {
                folder.delete(LIVE + id + "/" + old);
            }
        }
        return next;
    }

    /** Takes a certificate out of use; it can be found in the archive. */
    public void archive(String id) throws IOException {
        folder.move(LIVE + id, ARCHIVE + id);
    }

    /** The newest first, as {@code current} says; when it is damaged, as the folders say. */
    private List<Integer> generations(String id, List<String> problems) {
        try {
            var all = numbers(id);
            var text = folder.read(LIVE + id + CURRENT);
            Integer current = text == null ? null : number(text.strip());
            if (text != null && current == null) {
                problems.add(
                        LIVE + id + CURRENT + ": \"" + text.strip() + "\" (expected: a number)");
            }
            // A folder above the current one was never put in force: a crash came between.
            var sorted = all.stream().sorted((a, b) -> b - a).toList();
            return current == null
                    ? sorted
                    : sorted.stream().filter(each -> each <= current).toList();
        } catch (IOException e) {
            problems.add(LIVE + id + ": " + e.getMessage());
            return List.of();
        }
    }

    private List<Integer> numbers(String id) throws IOException {
        var numbers = new ArrayList<Integer>();
        for (var name : folder.list(LIVE + id)) {
            var number = number(name);
            if (number != null) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    private static @Nullable Integer number(String text) {
        return !text.isEmpty()
                        && text.length() <= 9
                        && text.chars().allMatch(c -> c >= '0' && c <= '9')
                ? Integer.valueOf(text)
                : null;
    }

    private Stored read(String id, int generation, List<String> problems)
            throws IOException, UnusableCertificateException {
        var path = LIVE + id + "/" + generation + "/";
        var bundle = folder.read(path + BUNDLE);
        var text = folder.read(path + META);
        if (bundle == null || text == null) {
            throw new IOException((bundle == null ? BUNDLE : META) + " is missing");
        }
        Map<String, @Nullable Object> object;
        Meta meta;
        try {
            object = Json.read(text);
            meta = Meta.read(object);
        } catch (IOException e) {
            throw new IOException(META + ": " + e.getMessage(), e);
        }
        // What was checked when it was kept and did not change since need not be checked as much.
        var material =
                digest(bundle).equals(Json.text(object, "sha256"))
                        ? trusted(bundle)
                        : checked(bundle);
        return new Stored(id, generation, material, meta, problems);
    }

    private static KeyMaterial checked(String bundle) throws UnusableCertificateException {
        var chain = Pem.certificates(bundle, BUNDLE);
        return KeyMaterial.create(
                Pem.privateKey(bundle, BUNDLE, chain.getFirst().getPublicKey()), chain);
    }

    private KeyMaterial trusted(String bundle) throws UnusableCertificateException {
        int leaf = bundle.indexOf(CERTIFICATE);
        if (leaf < 0) {
            return checked(bundle);
        }
        int second = bundle.indexOf(CERTIFICATE, leaf + 1);
        var end = second < 0 ? bundle.length() : second;
        var key = bundle.substring(0, leaf);
        var certificate = bundle.substring(leaf, end);
        try {
            proof.require(key, certificate);
            return KeyMaterial.stored(
                    Pem.content(key, "PRIVATE KEY", BUNDLE),
                    Pem.content(certificate, "CERTIFICATE", BUNDLE),
                    second < 0 ? List.of() : issuers(bundle.substring(second)));
        } catch (UnusableCertificateException e) {
            return checked(bundle); // written by hand, or stranger than what we write
        }
    }

    private List<X509Certificate> issuers(String text) throws UnusableCertificateException {
        var known = issuers.get(text);
        if (known == null) {
            known = Pem.certificates(text, BUNDLE);
            issuers.put(text, known);
        }
        return known;
    }

    private static String digest(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256: absent (expected: in every JDK)", e);
        }
    }
}
