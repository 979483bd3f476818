package dev.sallyport.core.mutual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.certificate.CertificateListener;
import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.json.Json;
import dev.sallyport.acme.pki.InternalCertificates;
import dev.sallyport.acme.pki.PkiFolder;
import dev.sallyport.core.boot.pki.Pki;
import dev.sallyport.core.boot.screen.Failure;
import dev.sallyport.core.support.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The private authority: its verbs, and the example of docs/mtls.md between real programs. */
final class PrivateAuthorityIT {
    @TempDir Path folder;

    private Verb.Done pki(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--storage");
        all.add(folder.toString());
        return Verb.run(new Pki(), all.toArray(String[]::new));
    }

    private String to(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void verbsTellWhatTheyDidAndWhyNot() throws Exception {
        assertThat(pki("bundle").exit()).isEqualTo(1);
        assertThat(pki("bundle").err()).contains("no private authority (expected: pki init first)");
        assertThat(pki("init").out()).contains("root ", "issues ", "permitted ", "bundle ");
        assertThat(Json.read(pki("init", "--json").out()))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsKeys("root", "intermediate", "permitted", "bundle");

        Verb.Done refused = pki("issue", "shop.example.com", "--to", to("shop"));
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).startsWith("shop.example.com: not permitted (expected: under ");
        assertThat(pki("init", "--permit", "example.com").exit()).isZero();
        Verb.Done issued = pki("issue", "shop.example.com", "--to", to("shop"), "--json");
        assertThat(issued.exit()).isZero();
        assertThat(Json.read(issued.out()))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("names", List.of("shop.example.com"))
                .containsKeys("until", "serial", "sha256", "folder");
        assertThat(pki("issue", "shop.example.com", "--to", to("shop")).err())
                .contains("privkey.pem: is there already");
        assertThat(pki("issue", "shop.example.com", "--to", to("shop"), "--replace").exit())
                .isZero();
        assertThat(pki("issue", "a.test", "--to", to("x"), "--for", "mail").exit()).isEqualTo(2);
        assertThat(pki("issue", "a.test", "--to", to("x"), "--lifetime", "31d").exit())
                .isEqualTo(2);
        assertThat(pki("rotate", "--activate").exit()).isEqualTo(1);
        assertThat(pki("rotate").out()).contains("next ");
        assertThat(Json.read(pki("bundle", "--json").out()))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .extractingByKey("roots")
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(2);
        assertThat(pki("rotate", "--activate").out()).contains("old ");
        assertThat(pki("rotate", "--finish").err()).contains("--finish-now");
        assertThat(pki("rotate", "--finish-now").out()).doesNotContain("old ");
        Files.createFile(folder.resolve("file"));
        assertThat(
                        new CommandLine(new Pki())
                                .setExecutionExceptionHandler(
                                        (problem, _, _) -> ((Failure) problem).exit())
                                .execute("init", "--storage", to("file")))
                .isEqualTo(69);
    }

    @Test
    void theExampleOfTheDocumentRunsThroughARotation() throws Exception {
        var now = new OffsetClock();
        assertThat(pki("init").exit()).isZero();
        assertThat(pki("rotate").exit()).isZero(); // nginx gets the bundle once, with both
        issue("billing", "billing-1.internal", "server");
        issue("cart", "spiffe://example.internal/shop/cart", "client");
        issue("other", "spiffe://example.internal/other", "client");
        var store = new CertificateStore(now);
        var told = new ArrayList<String>();
        var internal =
                new InternalCertificates(
                        PkiFolder.of(folder.resolve("pki")),
                        store,
                        new Listening(told),
                        now,
                        new SecureRandom());
        internal.serve(List.of(List.of("billing.internal"), List.of("status.internal")));
        try (var nginx =
                        Nginx.start(
                                folder,
                                folder.resolve("billing/fullchain.pem"),
                                folder.resolve("billing/privkey.pem"),
                                folder.resolve("billing/ca.pem"));
                var edge =
                        MutualEdge.start(folder, example(nginx.port()), store, internal::client)) {
            String before = ask(edge, "billing.internal", "cart");
            assertThat(before).contains("SUCCESS ", "status=200");
            assertThat(ask(edge, "billing.internal", "other")).contains("status=403");
            assertThat(ask(edge, "billing.internal", null)).contains("status=403");
            assertThat(ask(edge, "status.internal", null)).contains("status=200");

            assertThat(pki("rotate", "--activate").exit()).isZero();
            now.offset = Duration.ofMinutes(2);
            assertThat(internal.refresh()).isTrue();
            edge.gateway().refreshTls();

            String after = ask(edge, "billing.internal", "cart"); // of the old root
            assertThat(after).contains("SUCCESS ", "status=200");
            assertThat(issuer(after)).isNotEqualTo(issuer(before));
            assertThat(ask(edge, "status.internal", null)).contains("status=200");
            assertThat(edge.gateway().tlsProblems()).isEmpty();
        }
        assertThat(told).isEmpty();
    }

    private static String issuer(String answer) {
        return answer.replaceAll("(?s).*issued by ([^\n]*)\n.*", "$1");
    }

    private void issue(String to, String name, String use) {
        assertThat(pki("issue", name, "--for", use, "--to", to(to)).exit()).isZero();
    }

    private String example(int port) throws Exception {
        String page = Files.readString(Repository.root().resolve("docs/mtls.md"));
        int start = page.indexOf("```yaml\n") + 8;
        return page.substring(start, page.indexOf("```", start))
                .replace("/var/lib/sallyport", folder.toString())
                .replace("\":443\"", "\"127.0.0.1:0\"")
                .replace("https://billing-1.internal:8443", "https://127.0.0.1:" + port)
                // A new connection for each request: it shows the certificate of the moment.
                .replace(
                        "    tls:\n      server-name",
                        "    idle-connections: 0\n    tls:\n      server-name");
    }

    private String ask(MutualEdge edge, String host, @Nullable String who) throws Exception {
        String[] known =
                who == null
                        ? new String[0]
                        : new String[] {
                            "--cert", to(who + "/fullchain.pem"), "--key", to(who + "/privkey.pem")
                        };
        return Program.curlTrusting(to("billing/ca.pem"), edge.port(), host, "/", known).require();
    }

    /** Keeps what goes wrong. */
    private record Listening(List<String> told) implements CertificateListener {
        @Override
        public void served(String source, KeyMaterial material) {}

        @Override
        public void problem(String source, String reason) {
            told.add(reason);
        }
    }
}
