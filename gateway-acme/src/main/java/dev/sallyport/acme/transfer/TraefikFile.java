package dev.sallyport.acme.transfer;

import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.KeyPairs;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import dev.sallyport.acme.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Traefik's {@code acme.json}: accounts and certificates of each resolver, all in one file. */
public final class TraefikFile {
    private TraefikFile() {}

    /** Reads it; entries that are null or broken are told and passed over. */
    public static Found read(Path file) throws IOException {
        var found = new Found.Gathering();
        Map<String, @Nullable Object> resolvers;
        try {
            resolvers = Json.read(Files.readString(file));
        } catch (IOException e) {
            var message = String.valueOf(e.getMessage());
            throw new IOException(
                    file
                            + ": "
                            + message.lines().findFirst().orElse("")
                            + " (expected: acme.json of Traefik)",
                    e);
        }
        for (var name : resolvers.keySet()) {
            var resolver = Json.object(resolvers, name);
            var account = Json.object(resolver, "Account");
            var url = Json.text(Json.object(account, "Registration"), "uri");
            var directory = Found.directoryOf(url);
            account(file + " " + name, account, url, directory, found);
            for (var each : Json.objects(resolver, "Certificates")) {
                if (!each.isEmpty()) {
                    certificate(file + " " + name, each, directory, url, found);
                }
            }
        }
        return found.done();
    }

    private static void account(
            String source,
            Map<String, @Nullable Object> account,
            @Nullable String url,
            @Nullable String directory,
            Found.Gathering found) {
        var key = Json.text(account, "PrivateKey");
        if (url == null || key == null) {
            return;
        }
        if (directory == null) {
            found.problems.add(source + ": account " + url + " at an authority that is not known");
            return;
        }
        try {
            var pem =
                    "-----BEGIN RSA PRIVATE KEY-----\n" + key + "\n-----END RSA PRIVATE KEY-----\n";
            found.accounts.add(
                    new Found.Account(
                            source, URI.create(directory), KeyPairs.read(pem, source), url));
        } catch (UnusableCertificateException e) {
            found.problems.add("account: " + e.getMessage());
        }
    }

    private static void certificate(
            String source,
            Map<String, @Nullable Object> entry,
            @Nullable String directory,
            @Nullable String account,
            Found.Gathering found) {
        var main = Json.text(Json.object(entry, "domain"), "main");
        var place = source + " " + main;
        var chain = Json.text(entry, "certificate");
        var key = Json.text(entry, "key");
        if (chain == null || key == null) {
            found.problems.add(place + ": no certificate or no key");
            return;
        }
        try {
            var certificates = Pem.certificates(decode(chain), place);
            found.certificates.add(
                    new Found.Certificate(
                            place,
                            KeyMaterial.create(
                                    Pem.privateKey(
                                            decode(key),
                                            place,
                                            certificates.getFirst().getPublicKey()),
                                    certificates),
                            directory,
                            account));
        } catch (UnusableCertificateException | IllegalArgumentException e) {
            found.problems.add(place + ": " + e.getMessage());
        }
    }

    private static String decode(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
    }
}
