package dev.sallyport.acme.transfer;

import dev.sallyport.acme.certificate.KeyPairs;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import dev.sallyport.acme.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Caddy's data folder: {@code certificates/ISSUER/NAME/NAME.crt} and {@code acme/CA/users}. */
public final class CaddyFolder {
    private CaddyFolder() {}

    public static Found read(Path folder) throws IOException {
        var found = new Found.Gathering();
        var certificates = folder.resolve("certificates");
        if (!Files.isDirectory(certificates)) {
            throw new IOException(
                    folder + ": no folder certificates (expected: Caddy's data folder)");
        }
        Map<String, String> directories = new HashMap<>();
        for (var issuer : children(certificates)) {
            for (var name : children(issuer)) {
                certificate(issuer, name, directories, found);
            }
        }
        for (var ca : children(folder.resolve("acme"))) {
            for (var user : children(ca.resolve("users"))) {
                account(user, directories.get(ca.getFileName().toString()), found);
            }
        }
        return found.done();
    }

    static List<Path> children(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }

    private static void certificate(
            Path issuer, Path folder, Map<String, String> directories, Found.Gathering found) {
        var name = folder.getFileName().toString();
        var chain = folder.resolve(name + ".crt");
        var key = folder.resolve(name + ".key");
        if (!Files.exists(chain)) {
            return;
        }
        try {
            var meta = folder.resolve(name + ".json");
            var issued =
                    Files.exists(meta)
                            ? Json.object(Json.read(Files.readString(meta)), "issuer_data")
                            : Map.<String, Object>of();
            var directory = Json.text(issued, "ca");
            if (directory != null) {
                directories.put(issuer.getFileName().toString(), directory);
            }
            found.certificates.add(
                    new Found.Certificate(
                            chain.toString(),
                            Pem.read(chain, key),
                            directory,
                            Json.text(issued, "account")));
        } catch (IOException | UnusableCertificateException e) {
            found.problems.add(chain + ": " + e.getMessage());
        }
    }

    private static void account(Path user, @Nullable String directory, Found.Gathering found) {
        try {
            String url = null;
            String key = null;
            for (var file : children(user)) {
                if (file.toString().endsWith(".json")) {
                    url = Json.text(Json.read(Files.readString(file)), "location");
                } else if (file.toString().endsWith(".key")) {
                    key = Files.readString(file);
                }
            }
            if (url == null || key == null) {
                return;
            }
            var where = directory == null ? Found.directoryOf(url) : directory;
            if (where == null) {
                found.problems.add(user + ": account at an authority that is not known");
                return;
            }
            found.accounts.add(
                    new Found.Account(
                            user.toString(),
                            URI.create(where),
                            KeyPairs.read(key, user.toString()),
                            url));
        } catch (IOException | UnusableCertificateException e) {
            found.problems.add(user + ": " + e.getMessage());
        }
    }
}
