package dev.sallyport.acme.pki;

import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import java.io.IOException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The roots and the intermediate as they lie in the folder, and the steps from one to the next. */
final class Hierarchy {
    /** Whom to trust; during a rotation, the old root and the new. */
    static final String BUNDLE = "ca.pem";

    static final String ROOT = "root.key";
    static final String NEXT = "next.key";
    static final String OLD = "old.pem";
    static final String INTERMEDIATE = "intermediate.key";
    private static final String ACTIVATED = "activated";
    private static final String BROKEN = "root.broken";

    private static final Duration INTERMEDIATE_LIFETIME = Duration.ofDays(30);

    private static final Duration ANNOUNCED_BEFORE = Duration.ofDays(365);
    private static final Duration REPLACED_BEFORE = Duration.ofDays(180);

    private final Consumer<String> problems;
    private final Clock clock;
    private final SecureRandom random;

    Hierarchy(Consumer<String> problems, Clock clock, SecureRandom random) {
        this.problems = problems;
        this.clock = clock;
        this.random = random;
    }

    void begin(PkiFolder.Files files) throws IOException, UnusableCertificateException {
        if (files.read(NEXT) != null) {
            throw new UnusableCertificateException(
                    "a rotation was begun (expected: --activate, once the bundle is everywhere)");
        }
        if (!old(files).isEmpty()) {
            throw new UnusableCertificateException(
                    "a rotation was not finished (expected: --finish first)");
        }
        files.write(NEXT, InternalCa.create(clock, random).bundle());
    }

    void activate(PkiFolder.Files files) throws IOException, UnusableCertificateException {
        String next = files.read(NEXT);
        if (next == null) {
            throw new UnusableCertificateException(
                    "no rotation was begun (expected: pki rotate first)");
        }
        InternalCa.read(next, NEXT, clock, random); // before anything changes
        // Each step leaves what a crash behind it can go on from.
        Set<X509Certificate> old = new LinkedHashSet<>(old(files));
        old.add(root(files).root());
        files.write(OLD, pem(List.copyOf(old)));
        files.write(ACTIVATED, clock.instant().toString());
        files.write(ROOT, next);
        files.delete(NEXT);
    }

    void requireUnused(PkiFolder.Files files) throws IOException, UnusableCertificateException {
        String activated = files.read(ACTIVATED);
        Instant unused =
                activated == null
                        ? Instant.MIN
                        : Instant.parse(activated).plus(PrivateAuthority.LONGEST_LEAF);
        if (!old(files).isEmpty() && clock.instant().isBefore(unused)) {
            throw new UnusableCertificateException(
                    "leaves of the old root may be in use until "
                            + unused
                            + " (expected: --finish after that, or --finish-now)");
        }
    }

    void finish(PkiFolder.Files files) throws IOException, UnusableCertificateException {
        if (files.read(NEXT) != null || old(files).isEmpty()) {
            throw new UnusableCertificateException(
                    "no old root is left (expected: pki rotate, then --activate)");
        }
        files.delete(OLD);
        files.delete(ACTIVATED);
    }

    InternalCa root(PkiFolder.Files files) throws IOException, UnusableCertificateException {
        String text = files.read(ROOT);
        if (text != null) {
            try {
                return InternalCa.read(text, ROOT, clock, random);
            } catch (UnusableCertificateException e) {
                problems.accept(
                        "a new root is made, clients must trust it anew: " + e.getMessage());
                files.write(BROKEN, text);
            }
        }
        InternalCa made = InternalCa.create(clock, random);
        files.write(ROOT, made.bundle());
        return made;
    }

    /** The one that issues; a new one where it is due, of another root, or for other names. */
    InternalCa intermediate(PkiFolder.Files files, Permitted permitted)
            throws IOException, UnusableCertificateException {
        InternalCa root = replaceInTime(files, root(files));
        InternalCa present = readIntermediate(files);
        X509Certificate certificate = present == null ? null : present.root();
        byte[] constraints = permitted.constraints();
        boolean isGood =
                certificate != null
                        && isIssuedBy(certificate, root.root())
                        && isBeforeHalf(certificate)
                        && HexFormat.of()
                                .formatHex(certificate.getExtensionValue("2.5.29.30"))
                                .endsWith(HexFormat.of().formatHex(constraints));
        if (present == null || !isGood) {
            present = made(root, constraints);
            files.write(INTERMEDIATE, present.bundle());
        }
        Set<X509Certificate> trusted = new LinkedHashSet<>();
        trusted.add(root.root());
        X509Certificate next = next(files);
        if (next != null) {
            trusted.add(next);
        }
        trusted.addAll(old(files));
        files.publish(BUNDLE, pem(List.copyOf(trusted)));
        return present;
    }

    private static InternalCa made(InternalCa root, byte[] constraints)
            throws UnusableCertificateException {
        try {
            return root.intermediate(constraints, INTERMEDIATE_LIFETIME);
        } catch (UnusableCertificateException e) {
            throw new UnusableCertificateException(ROOT + ": " + e.getMessage(), e);
        }
    }

    /** A root that nobody rotates is rotated in time all the same. */
    private InternalCa replaceInTime(PkiFolder.Files files, InternalCa root)
            throws IOException, UnusableCertificateException {
        Instant ends = root.root().getNotAfter().toInstant();
        Instant now = clock.instant();
        if (now.isAfter(ends.minus(ANNOUNCED_BEFORE)) && files.read(NEXT) == null) {
            files.write(NEXT, InternalCa.create(clock, random).bundle());
            problems.accept(
                    "the root ends "
                            + ends
                            + ", the next one is in "
                            + BUNDLE
                            + " and will issue from "
                            + ends.minus(REPLACED_BEFORE));
        }
        if (now.isAfter(ends.minus(REPLACED_BEFORE))) {
            activate(files);
            return root(files);
        }
        return root;
    }

    private @Nullable InternalCa readIntermediate(PkiFolder.Files files) {
        try {
            String text = files.read(INTERMEDIATE);
            return text == null ? null : InternalCa.read(text, INTERMEDIATE, clock, random);
        } catch (IOException | UnusableCertificateException e) {
            problems.accept("a new intermediate is made: " + e.getMessage());
            return null;
        }
    }

    @Nullable X509Certificate next(PkiFolder.Files files)
            throws IOException, UnusableCertificateException {
        String text = files.read(NEXT);
        return text == null ? null : Pem.certificates(text, NEXT).getFirst();
    }

    List<X509Certificate> old(PkiFolder.Files files)
            throws IOException, UnusableCertificateException {
        String text = files.read(OLD);
        if (text == null) {
            return List.of();
        }
        List<X509Certificate> valid = new ArrayList<>();
        for (X509Certificate each : Pem.certificates(text, OLD)) {
            if (clock.instant().isBefore(each.getNotAfter().toInstant())) {
                valid.add(each);
            }
        }
        return valid;
    }

    private boolean isBeforeHalf(X509Certificate certificate) {
        Instant begins = certificate.getNotBefore().toInstant();
        Duration half =
                Duration.between(begins, certificate.getNotAfter().toInstant()).dividedBy(2);
        return clock.instant().isBefore(begins.plus(half));
    }

    /** Names of authorities are each its own. A signature is not verified: a start waits. */
    static boolean isIssuedBy(X509Certificate certificate, X509Certificate root) {
        return certificate.getIssuerX500Principal().equals(root.getSubjectX500Principal());
    }

    static String pem(List<X509Certificate> certificates) throws UnusableCertificateException {
        try {
            return Pem.write(certificates);
        } catch (CertificateException e) {
            throw new UnusableCertificateException(
                    "a certificate cannot be written: " + e.getMessage(), e);
        }
    }
}
