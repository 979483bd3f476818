package dev.sallyport.core.boot.pki;

import dev.sallyport.acme.certificate.UnusableCertificateException;
import dev.sallyport.acme.json.Json;
import dev.sallyport.acme.pki.PkiFolder;
import dev.sallyport.acme.pki.PrivateAuthority;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import dev.sallyport.core.boot.screen.StateFolders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which authority is meant, and how an answer is printed. */
final class AuthorityOptions {
    @Option(
            names = "--storage",
            paramLabel = "FOLDER",
            description = "The edge's storage.folder (default: as for the edge itself).")
    private @Nullable Path storage;

    @Option(names = "--json", description = "Print the answer as JSON, for programs.")
    private boolean isJson;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /** What is done with the authority. */
    interface Work<T> {
        T by(PrivateAuthority authority) throws IOException, UnusableCertificateException;
    }

    /** Does something with the authority; what it warns of goes to standard error. */
    <T> T run(Work<T> work) throws Failure {
        PrintWriter err = spec.commandLine().getErr();
        PkiFolder folder = PkiFolder.of(path());
        PrivateAuthority authority =
                new PrivateAuthority(
                        folder,
                        problem -> err.println("sallyport: " + problem),
                        Clock.systemUTC(),
                        new SecureRandom());
        try {
            T done = work.by(authority);
            String problem = folder.problem();
            if (problem != null) {
                throw new Failure(Exit.UNAVAILABLE, problem);
            }
            return done;
        } catch (UnusableCertificateException | IllegalArgumentException e) {
            throw new Failure(Exit.PROBLEMS, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new Failure(Exit.UNAVAILABLE, String.valueOf(e.getMessage()));
        } finally {
            err.flush();
        }
    }

    /** The same where there must be one. */
    <T> T runPresent(Work<T> work) throws Failure {
        return run(authority -> {
            if (!authority.isThere()) {
                throw new UnusableCertificateException(
                        path() + ": no private authority (expected: pki init first)");
            }
            return work.by(authority);
        });
    }

    private Path path() {
        Path given = storage;
        return (given == null ? StateFolders.find(System::getenv) : given)
                .resolve("pki")
                .toAbsolutePath();
    }

    /** Prints a tree as JSON, or the words for people. */
    void print(Map<String, Object> tree, String words) throws Failure {
        PrintWriter out = spec.commandLine().getOut();
        if (isJson) {
            try {
                ByteArrayOutputStream json = new ByteArrayOutputStream();
                Json.write(tree, json);
                out.print(json.toString(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new Failure(Exit.SOFTWARE, String.valueOf(e.getMessage()));
            }
        } else {
            out.print(words);
        }
        out.flush();
    }

    /** How the authority stands. */
    void print(PrivateAuthority.Status status) throws Failure {
        Map<String, Object> tree = new LinkedHashMap<>();
        StringBuilder words = new StringBuilder();
        certificate("root", "root", status.root(), tree, words);
        X509Certificate next = status.next();
        if (next != null) {
            certificate("next-root", "next", next, tree, words);
        }
        List<Object> old = status.old().stream().<Object>map(AuthorityOptions::tree).toList();
        if (!old.isEmpty()) {
            tree.put("old-roots", old);
            status.old().forEach(each -> words.append(line("old", each)));
        }
        certificate("intermediate", "issues", status.intermediate(), tree, words);
        tree.put("permitted", status.permitted());
        tree.put("bundle", path().resolve("ca.pem").toString());
        words.append("permitted  ")
                .append(String.join(", ", status.permitted()))
                .append("\nbundle     ")
                .append(path().resolve("ca.pem"))
                .append('\n');
        print(tree, words.toString());
    }

    private static void certificate(
            String key,
            String word,
            X509Certificate certificate,
            Map<String, Object> tree,
            StringBuilder words) {
        tree.put(key, tree(certificate));
        words.append(line(word, certificate));
    }

    private static String line(String word, X509Certificate certificate) {
        return "%-10s %s until %s sha256 %s%n"
                .formatted(
                        word,
                        certificate.getSubjectX500Principal(),
                        certificate.getNotAfter().toInstant(),
                        fingerprint(certificate).substring(0, 16));
    }

    /** A certificate, as a tree. */
    static Map<String, Object> tree(X509Certificate certificate) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("subject", certificate.getSubjectX500Principal());
        tree.put("from", certificate.getNotBefore().toInstant());
        tree.put("until", certificate.getNotAfter().toInstant());
        tree.put("serial", certificate.getSerialNumber().toString(16));
        tree.put("sha256", fingerprint(certificate));
        return tree;
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate cannot be encoded", e);
        }
    }
}
