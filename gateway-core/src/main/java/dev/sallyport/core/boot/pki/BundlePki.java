package dev.sallyport.core.boot.pki;

import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import dev.sallyport.acme.pki.PrivateAuthority;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code pki bundle}. */
@Command(
        name = "bundle",
        mixinStandardHelpOptions = true,
        description = {
            "Print whom to trust, in PEM form: the root, and during a rotation the old and the new.",
            "Roots alone: who trusts an intermediate is lost when it is renewed.",
        })
final class BundlePki implements Callable<Integer> {
    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    @Override
    public Integer call() throws Failure {
        String bundle = authority.runPresent(PrivateAuthority::bundle);
        Map<String, Object> tree = new LinkedHashMap<>();
        try {
            tree.put(
                    "roots",
                    Pem.certificates(bundle, "bundle").stream()
                            .map(AuthorityOptions::tree)
                            .toList());
        } catch (UnusableCertificateException e) {
            throw new Failure(Exit.PROBLEMS, String.valueOf(e.getMessage()));
        }
        tree.put("pem", bundle);
        authority.print(tree, bundle);
        return Exit.OK;
    }
}
