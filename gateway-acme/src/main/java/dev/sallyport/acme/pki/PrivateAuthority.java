package dev.sallyport.acme.pki;

import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.InternalCa.Usage;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The private authority: a root that signs intermediates alone, one intermediate at a time, which
 * may issue for the permitted names alone and is renewed at half its life, and the leaves.
 *
 * <p>A root is rotated in three steps, so that nobody meets one it does not know: the next one is
 * told in the bundle, then it issues, then the old one leaves the bundle. What is in the folder is
 * read each time: a running edge and the command see each other's work. Blocking.
 */
public final class PrivateAuthority {
    private static final String PERMITTED = "permitted";

    /** How long a leaf lives unless somebody says otherwise. */
    public static final Duration LEAF_LIFETIME = Duration.ofDays(7);

    /** How long a leaf lives at most. */
    public static final Duration LONGEST_LEAF = Duration.ofDays(30);

    private final PkiFolder folder;
    private final Consumer<String> problems;
    private final Clock clock;
    private final Hierarchy authorities;

    public PrivateAuthority(
            PkiFolder folder, Consumer<String> problems, Clock clock, SecureRandom random) {
        this.folder = folder;
        this.problems = problems;
        this.clock = clock;
        this.authorities = new Hierarchy(problems, clock, random);
    }

    /**
     * How it stands.
     *
     * @param root that issues
     * @param next the root of a rotation that was begun; null when there is none
     * @param old roots that no longer issue and are still trusted
     */
    public record Status(
            X509Certificate root,
            @Nullable X509Certificate next,
            List<X509Certificate> old,
            X509Certificate intermediate,
            List<String> permitted) {}

    /**
     * Makes it unless there is one; tells how it stands.
     *
     * @param permits domains, networks and URIs to issue for, beside local names
     */
    public Status init(List<String> permits) throws IOException, UnusableCertificateException {
        return folder.own(files -> {
            Permitted permitted = permitted(files);
            for (String each : permits) {
                permitted = permitted.plus(each);
            }
            files.write(PERMITTED, permitted.text());
            return status(files);
        });
    }

    /** Whether there is one. */
    public boolean isThere() throws IOException, UnusableCertificateException {
        return folder.own(files ->
                files.read(Hierarchy.ROOT) != null || files.read(Hierarchy.INTERMEDIATE) != null);
    }

    /**
     * Issues a leaf that is not kept.
     *
     * @throws UnusableCertificateException also when a name is not permitted
     */
    public KeyMaterial issue(List<String> names, Usage usage, Duration lifetime)
            throws IOException, UnusableCertificateException {
        return folder.own(files -> {
            Permitted permitted = permitted(files);
            for (String name : names) {
                if (!permitted.allows(name)) {
                    throw new UnusableCertificateException(
                            name
                                    + ": not permitted (expected: under "
                                    + String.join(", ", sorted(permitted))
                                    + "; pki init --permit adds)");
                }
            }
            return authorities.intermediate(files, permitted).issue(names, usage, lifetime);
        });
    }

    /**
     * The leaf of these names that is kept in the folder: issued when there is none, and anew when
     * a third of its life is left or its root no longer issues. What the configuration names is
     * permitted by that.
     *
     * @param served the one in use; null at the start
     */
    public KeyMaterial keep(List<String> names, Usage usage, @Nullable KeyMaterial served)
            throws IOException, UnusableCertificateException {
        return folder.own(files -> {
            Permitted permitted = permitted(files);
            Permitted more = permitted;
            for (String name : names) {
                more = more.allows(name) ? more : more.plus(name);
            }
            if (!more.equals(permitted)) {
                files.write(PERMITTED, more.text());
            }
            InternalCa issuer = authorities.intermediate(files, more);
            KeyMaterial present = served == null ? read(files, leafFile(names, usage)) : served;
            if (present != null && !isDue(present) && isOf(files, present)) {
                return present;
            }
            KeyMaterial issued = issuer.issue(names, usage, LEAF_LIFETIME);
            files.write(
                    leafFile(names, usage),
                    Pem.write(issued.key()) + Hierarchy.pem(issued.chain()));
            return issued;
        });
    }

    private @Nullable KeyMaterial read(PkiFolder.Files files, String name) {
        try {
            String text = files.read(name);
            if (text == null) {
                return null;
            }
            List<X509Certificate> chain = Pem.certificates(text, name);
            return KeyMaterial.trustedClient(
                    Pem.privateKey(text, name, chain.getFirst().getPublicKey()), chain);
        } catch (IOException | UnusableCertificateException e) {
            problems.accept("a new leaf is issued: " + e.getMessage());
            return null;
        }
    }

    private boolean isDue(KeyMaterial leaf) {
        Duration third = Duration.between(leaf.notBefore(), leaf.notAfter()).dividedBy(3);
        return clock.instant().isAfter(leaf.notAfter().minus(third));
    }

    /** Whether a leaf leads to the root that issues now. */
    private boolean isOf(PkiFolder.Files files, KeyMaterial leaf)
            throws IOException, UnusableCertificateException {
        return leaf.chain().size() == 2
                && Hierarchy.isIssuedBy(leaf.chain().getLast(), authorities.root(files).root());
    }

    /** Whom to trust, in PEM form: the root that issues, the next and the old ones. */
    public String bundle() throws IOException, UnusableCertificateException {
        return folder.own(files -> {
            status(files);
            return Objects.requireNonNull(files.read(Hierarchy.BUNDLE));
        });
    }

    /** The file of {@link #bundle}; null when it is in memory only. */
    public @Nullable Path bundleFile() {
        return folder.pathOf(Hierarchy.BUNDLE);
    }

    // Rotation.

    /** A step of a rotation. */
    public enum Step {
        /** Makes the next root and tells it in the bundle; the present one issues on. */
        BEGIN,
        /** Issues by the next root; the old one stays in the bundle. */
        ACTIVATE,
        /** Takes old roots out of the bundle, once nothing that they issued can be in use. */
        FINISH,
        /** The same, whatever is in use. */
        FINISH_NOW
    }

    /**
     * Takes a step.
     *
     * @throws UnusableCertificateException when it is not the turn of this step
     */
    public Status rotate(Step step) throws IOException, UnusableCertificateException {
        return folder.own(files -> {
            status(files); // there is one
            switch (step) {
                case BEGIN -> authorities.begin(files);
                case ACTIVATE -> authorities.activate(files);
                case FINISH -> {
                    authorities.requireUnused(files);
                    authorities.finish(files);
                }
                case FINISH_NOW -> authorities.finish(files);
            }
            return status(files);
        });
    }

    private Status status(PkiFolder.Files files) throws IOException, UnusableCertificateException {
        Permitted permitted = permitted(files);
        InternalCa issuer = authorities.intermediate(files, permitted);
        return new Status(
                authorities.root(files).root(),
                authorities.next(files),
                authorities.old(files),
                issuer.root(),
                sorted(permitted));
    }

    private static Permitted permitted(PkiFolder.Files files) throws IOException {
        String text = files.read(PERMITTED);
        return Permitted.parse(text == null ? "" : text);
    }

    private static List<String> sorted(Permitted permitted) {
        return permitted.entries().stream().sorted().toList();
    }

    private static String leafFile(List<String> names, Usage usage) {
        try {
            String written = usage == Usage.SERVER ? "" : usage.name() + " ";
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(
                                    (written + String.join(" ", names))
                                            .getBytes(StandardCharsets.UTF_8));
            return "leaf-" + HexFormat.of().formatHex(digest, 0, 8) + ".pem";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256: absent (expected: in every JDK)", e);
        }
    }
}
