package dev.sallyport.core.boot.serve;

import dev.sallyport.config.model.value.EndpointAddress;
import dev.sallyport.config.model.value.InvalidValue;
import dev.sallyport.core.boot.edge.Edge;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code proxy}: one site in front of one server, without a file. */
@Command(
        name = "proxy",
        description = {
            "Put one site in front of one server, without a configuration file.",
            "localhost and other local names are certified by the internal authority; the root to"
                    + " trust is named at start. Others get a certificate by ACME from Let's"
                    + " Encrypt, to whose terms --email agrees.",
        })
public final class Proxy implements Callable<Integer> {
    @Option(
            names = "--from",
            required = true,
            paramLabel = "URL",
            description = {
                "Where clients come: https://localhost:8443, http://localhost:8080 for plain"
                        + " HTTP,",
                "or a host alone: HTTPS on 443, and a redirect to it on 80.",
                "Other protocols: tls://localhost:5433 ends TLS for them, tcp://localhost:5433"
                        + " carries them as they are.",
            })
    private String from = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "ADDRESS",
            description =
                    "Where they go: 127.0.0.1:9000, https://10.0.0.5, tls://10.0.0.5:5432,"
                            + " unix:/run/app.sock.")
    private String to = "";

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description =
                    "PEM file of the certificate and its chain, for names that are not local.")
    private @Nullable Path certificate;

    @Option(
            names = "--email",
            paramLabel = "ADDRESS",
            description =
                    "Obtain the certificate from Let's Encrypt, which may write there; for names that"
                            + " are not local.")
    private @Nullable String email;

    @Option(names = "--key", paramLabel = "FILE", description = "PEM file of its private key.")
    private @Nullable Path key;

    @Option(
            names = "--starttls",
            paramLabel = "PROTOCOL",
            description = "What clients of tls:// say before TLS: postgres, as psql does.")
    private @Nullable String starttls;

    @Option(
            names = {"-s", "--socket"},
            paramLabel = "PATH",
            description = "Admin socket, when another edge has the usual one already.")
    private @Nullable Path socket;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Failure, InterruptedException {
        Site site = Site.parse(from);
        if ((certificate == null) != (key == null)) {
            throw new Failure(Exit.USAGE, "--certificate and --key go together");
        }
        if (starttls != null && (site.isWeb() || !site.isSecure())) {
            throw new Failure(Exit.USAGE, "--starttls goes with --from tls://...");
        }
        if (site.isSecure() && !site.isLocal() && certificate == null && email == null) {
            throw new Failure(
                    Exit.USAGE,
                    site.host()
                            + ": a public name needs a certificate: give --email ADDRESS to obtain one"
                            + " from Let's Encrypt,\nor --certificate FILE --key FILE");
        }
        requireAddress(to);
        Edge edge = Edge.start(List.of(new FixedProvider(settings(site))), System::getenv);
        invite(site, edge.internalRoot());
        return Serving.untilEnded(edge);
    }

    private static void requireAddress(String text) throws Failure {
        try {
            EndpointAddress.parse(text);
        } catch (InvalidValue e) {
            throw new Failure(
                    Exit.USAGE, "--to: \"" + text + "\" (expected: " + e.expectation() + ")");
        }
    }

    private Map<String, Object> settings(Site site) {
        Map<String, Object> settings = new LinkedHashMap<>();
        String before = starttls;
        settings.put(
                "listeners",
                before == null ? site.listeners() : site.listeners(Map.of("starttls", before)));
        Path certificateFile = certificate;
        Path keyFile = key;
        if (certificateFile != null && keyFile != null) {
            settings.put(
                    "certificates",
                    Map.of(
                            "site",
                            Map.of("certificate-file", certificateFile, "key-file", keyFile)));
        }
        String contact = email;
        if (contact != null && certificateFile == null) {
            settings.put("acme", Map.of("email", contact));
        }
        Path adminSocket = socket;
        if (adminSocket != null) {
            settings.put("admin", Map.of("socket", adminSocket.toAbsolutePath()));
        }
        settings.putAll(site.routes(to));
        return settings;
    }

    private void invite(Site site, @Nullable Path root) {
        PrintWriter out = spec.commandLine().getErr();
        out.printf("%s -> %s%n", site.url(), to);
        if (site.isSecure() && certificate == null && email != null && !site.isLocal()) {
            out.printf("The certificate is ordered now; sallyport certs show %s%n", site.host());
        } else if (site.isSecure() && certificate == null) {
            out.printf(
                    root == null
                            ? "The internal authority could not be kept on disk, see the log.%n"
                            : attempt(site, String.valueOf(root)).replace("%", "%%") + "%n");
        }
        out.flush();
    }

    private String attempt(Site site, String root) {
        String before = starttls == null ? "" : " -starttls " + starttls;
        return site.isWeb()
                ? "Try: curl --cacert " + root + " " + site.url()
                : "Try: openssl s_client%s -verify_return_error -CAfile %s -connect %s:%d"
                                .formatted(before, root, site.host(), site.port())
                        + (site.hasName() ? " -servername " + site.host() : "");
    }
}
