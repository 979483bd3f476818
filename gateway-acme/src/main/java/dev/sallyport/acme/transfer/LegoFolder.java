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
import java.util.Map;

/** lego's folder: {@code certificates/NAME.crt} and {@code accounts/HOST/MAIL}. */
public final class LegoFolder {
    private LegoFolder() {}

    public static Found read(Path folder) throws IOException {
        var found = new Found.Gathering();
        var certificates = folder.resolve("certificates");
        if (!Files.isDirectory(certificates)) {
            throw new IOException(folder + ": no folder certificates (expected: lego's folder)");
        }
        Map<String, String> accounts = new HashMap<>();
        for (var host : CaddyFolder.children(folder.resolve("accounts"))) {
            for (var mail : CaddyFolder.children(host)) {
                account(mail, accounts, found);
            }
        }
        for (var file : CaddyFolder.children(certificates)) {
            var name = file.getFileName().toString();
            if (name.endsWith(".crt") && !name.endsWith(".issuer.crt")) {
                certificate(file, name.substring(0, name.length() - 4), accounts, found);
            }
        }
        return found.done();
    }

    private static void certificate(
            Path file, String name, Map<String, String> accounts, Found.Gathering found) {
        try {
            var meta = file.resolveSibling(name + ".json");
            var url =
                    Files.exists(meta)
                            ? Json.text(Json.read(Files.readString(meta)), "certUrl")
                            : null;
            var directory = Found.directoryOf(url);
            found.certificates.add(
                    new Found.Certificate(
                            file.toString(),
                            Pem.read(file, file.resolveSibling(name + ".key")),
                            directory,
                            directory == null ? null : accounts.get(directory)));
        } catch (IOException | UnusableCertificateException e) {
            found.problems.add(file + ": " + e.getMessage());
        }
    }

    private static void account(Path mail, Map<String, String> accounts, Found.Gathering found) {
        try {
            var file = mail.resolve("account.json");
            if (!Files.exists(file)) {
                return;
            }
            var url =
                    Json.text(
                            Json.object(Json.read(Files.readString(file)), "registration"), "uri");
            var directory = Found.directoryOf(url);
            if (url == null || directory == null) {
                found.problems.add(
                        file + ": account " + url + " at an authority that is not known");
                return;
            }
            for (var key : CaddyFolder.children(mail.resolve("keys"))) {
                found.accounts.add(
                        new Found.Account(
                                file.toString(),
                                URI.create(directory),
                                KeyPairs.read(Files.readString(key), key.toString()),
                                url));
                accounts.put(directory, url);
                return;
            }
        } catch (IOException | UnusableCertificateException e) {
            found.problems.add(mail + ": " + e.getMessage());
        }
    }
}
