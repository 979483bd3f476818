package dev.sallyport.core.boot.pki;

import dev.sallyport.acme.certificate.InternalCa.Usage;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.pki.PrivateAuthority;
import dev.sallyport.config.model.value.DurationText;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pki issue}. */
@Command(
        name = "issue",
        mixinStandardHelpOptions = true,
        description = {
            "Issue a certificate, and write privkey.pem, fullchain.pem and ca.pem (whom to trust).",
            "Names are DNS names, addresses, and URIs such as spiffe://example.org/billing.",
        })
final class IssuePki implements Callable<Integer> {
    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "Whom it is for.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--to",
            required = true,
            paramLabel = "FOLDER",
            description = "Where to; made when absent.")
    private Path to = Path.of("");

    @Option(
            names = "--for",
            paramLabel = "USE",
            description = "server, client or both (default: both).")
    private String use = "both";

    @Option(
            names = "--lifetime",
            paramLabel = "TIME",
            description = "How long it is good for, 30d at most (default: 7d).")
    private @Nullable String lifetime;

    @Option(names = "--replace", description = "Replace files that are there already.")
    private boolean isReplacing;

    @Override
    public Integer call() throws Failure {
        Usage usage =
                switch (use) {
                    case "server" -> Usage.SERVER;
                    case "client" -> Usage.CLIENT;
                    case "both" -> Usage.BOTH;
                    default ->
                            throw new Failure(
                                    Exit.USAGE,
                                    "--for: " + use + " (expected: server, client or both)");
                };
        Duration wanted = lifetime();
        if (!isReplacing) {
            requireAbsent();
        }
        KeyMaterial issued = authority.runPresent(each -> each.issue(names, usage, wanted));
        String bundle = authority.runPresent(PrivateAuthority::bundle);
        try {
            Files.createDirectories(to);
            write("privkey.pem", Pem.write(issued.key()), "rw-------");
            write("fullchain.pem", Pem.write(issued.chain()), "rw-r--r--");
            write("ca.pem", bundle, "rw-r--r--");
        } catch (IOException | CertificateException e) {
            throw new Failure(Exit.UNAVAILABLE, to + ": " + e.getMessage());
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("names", names);
        tree.putAll(AuthorityOptions.tree(issued.leaf()));
        tree.put("folder", to.toString());
        authority.print(
                tree,
                "%s: until %s, in %s%n".formatted(String.join(", ", names), issued.notAfter(), to));
        return Exit.OK;
    }

    private Duration lifetime() throws Failure {
        String given = lifetime;
        if (given == null) {
            return PrivateAuthority.LEAF_LIFETIME;
        }
        try {
            Duration wanted = DurationText.parse(given);
            if (!wanted.isZero()
                    && !wanted.isNegative()
                    && wanted.compareTo(PrivateAuthority.LONGEST_LEAF) <= 0) {
                return wanted;
            }
        } catch (IllegalArgumentException _) {
            // told below
        }
        throw new Failure(Exit.USAGE, "--lifetime: " + given + " (expected: 1s..30d)");
    }

    private void requireAbsent() throws Failure {
        for (String name : List.of("privkey.pem", "fullchain.pem", "ca.pem")) {
            if (Files.exists(to.resolve(name))) {
                throw new Failure(
                        Exit.PROBLEMS,
                        to.resolve(name)
                                + ": is there already (expected: another folder, or --replace)");
            }
        }
    }

    /** Whole or not at all, so that who reads it meanwhile gets one or the other. */
    private void write(String name, String content, String permissions) throws IOException {
        Path part = Files.createTempFile(to, "." + name, ".new");
        Files.writeString(part, content);
        Files.setPosixFilePermissions(part, PosixFilePermissions.fromString(permissions));
        Files.move(part, to.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
}
