package dev.sallyport.core.boot.certs;

import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import dev.sallyport.acme.json.Json;
import dev.sallyport.acme.storage.AcmeFolder;
import dev.sallyport.acme.storage.FolderLock;
import dev.sallyport.acme.transfer.CaddyFolder;
import dev.sallyport.acme.transfer.CertbotFolder;
import dev.sallyport.acme.transfer.Found;
import dev.sallyport.acme.transfer.Keeping;
import dev.sallyport.acme.transfer.LegoFolder;
import dev.sallyport.acme.transfer.TraefikFile;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import dev.sallyport.core.boot.screen.Tree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
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

/** {@code certs import}. */
@Command(
        name = "import",
        description = {
            "Take certificates and accounts of another program; nothing of it is changed or deleted.",
            "Ends with 1 when some could not be read.",
        })
final class ImportCerts implements Callable<Integer> {
    @Mixin private Answer answer = new Answer();
    @Mixin private StorageFolder storage = new StorageFolder();

    @Parameters(
            index = "0",
            paramLabel = "KIND",
            description = "traefik, caddy, certbot, lego or pem.")
    private String kind = "";

    @Parameters(
            index = "1",
            paramLabel = "PATH",
            description = "acme.json, the program's folder, or the PEM file of a chain.")
    private Path path = Path.of("");

    @Option(names = "--key", paramLabel = "FILE", description = "The key, for pem.")
    private @Nullable Path key;

    @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
    private boolean isTrial;

    @Override
    public Integer call() throws Failure {
        AcmeFolder folder = storage.open();
        try {
            Found found = read();
            List<Keeping.Done> done = isTrial ? keepOnTrial(folder, found) : keep(folder, found);
            print(found, done);
            return found.problems().isEmpty() ? Exit.OK : Exit.PROBLEMS;
        } catch (IOException e) {
            throw new Failure(Exit.UNAVAILABLE, String.valueOf(e.getMessage()));
        } catch (UnusableCertificateException e) {
            throw new Failure(Exit.PROBLEMS, String.valueOf(e.getMessage()));
        }
    }

    private Found read() throws Failure, IOException, UnusableCertificateException {
        return switch (kind) {
            case "traefik" -> TraefikFile.read(path);
            case "caddy" -> CaddyFolder.read(path);
            case "certbot" -> CertbotFolder.read(path);
            case "lego" -> LegoFolder.read(path);
            case "pem" ->
                    new Found(
                            List.of(
                                    new Found.Certificate(
                                            path.toString(),
                                            Pem.read(path, key == null ? path : key),
                                            null,
                                            null)),
                            List.of(),
                            List.of());
            default ->
                    throw new Failure(
                            Exit.USAGE,
                            "\""
                                    + kind
                                    + "\" (expected: one of traefik, caddy, certbot, lego, pem)");
        };
    }

    private static List<Keeping.Done> keepOnTrial(AcmeFolder folder, Found found)
            throws IOException {
        return Keeping.onTrial(folder, Clock.systemUTC(), new SecureRandom()).keep(found);
    }

    private static List<Keeping.Done> keep(AcmeFolder folder, Found found)
            throws IOException, Failure {
        try (FolderLock lock = new FolderLock(folder.root())) {
            if (!lock.tryAcquire()) {
                throw new Failure(
                        Exit.UNAVAILABLE,
                        folder.root()
                                + ": an edge orders here, process "
                                + lock.owner()
                                + " (expected: stopped while certificates are imported)");
            }
            return Keeping.inEarnest(folder, Clock.systemUTC(), new SecureRandom()).keep(found);
        }
    }

    private void print(Found found, List<Keeping.Done> done) throws Failure, IOException {
        List<Map<String, Object>> entries = new ArrayList<>();
        for (Keeping.Done each : done) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("what", each.what());
            entry.put("source", each.source());
            entry.put("result", each.result());
            entries.add(entry);
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("dry-run", isTrial);
        tree.put("done", entries);
        tree.put("problems", found.problems());
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        Json.write(tree, json);
        answer.print(json.toString(StandardCharsets.UTF_8), ImportCerts::print);
    }

    private static void print(Tree tree, PrintWriter out) {
        for (Tree each : tree.trees("done")) {
            String result = each.text("result");
            boolean isWished = tree.is("dry-run") && result.equals("kept");
            out.printf(
                    "%s: %s (%s)%n",
                    isWished ? "would be kept" : result, each.text("what"), each.text("source"));
        }
        tree.texts("problems").forEach(problem -> out.printf("not read: %s%n", problem));
    }
}
