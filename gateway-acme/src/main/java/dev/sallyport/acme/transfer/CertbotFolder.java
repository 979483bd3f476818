package dev.sallyport.acme.transfer;

import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import dev.sallyport.acme.json.Json;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** certbot's folder: {@code live}, {@code renewal} and {@code accounts}. */
public final class CertbotFolder {
    private CertbotFolder() {}

    public static Found read(Path folder) throws IOException {
        var found = new Found.Gathering();
        var live = folder.resolve("live");
        if (!Files.isDirectory(live)) {
            throw new IOException(folder + ": no folder live (expected: such as /etc/letsencrypt)");
        }
        Map<String, String> accounts = new HashMap<>();
        try (var files = Files.walk(folder.resolve("accounts"))) {
            for (var file : files.filter(f -> f.endsWith("regr.json")).sorted().toList()) {
                account(file, accounts, found);
            }
        } catch (java.nio.file.NoSuchFileException e) {
            found.problems.add(folder + ": no folder accounts");
        }
        for (var each : CaddyFolder.children(live)) {
            var chain = each.resolve("fullchain.pem");
            if (Files.exists(chain)) {
                certificate(folder, each, chain, accounts, found);
            }
        }
        return found.done();
    }

    private static void certificate(
            Path folder,
            Path each,
            Path chain,
            Map<String, String> accounts,
            Found.Gathering found) {
        try {
            var settings = settings(folder.resolve("renewal/" + each.getFileName() + ".conf"));
            found.certificates.add(
                    new Found.Certificate(
                            chain.toString(),
                            Pem.read(chain, each.resolve("privkey.pem")),
                            settings.get("server"),
                            accounts.get(settings.getOrDefault("account", ""))));
        } catch (IOException | UnusableCertificateException e) {
            found.problems.add(chain + ": " + e.getMessage());
        }
    }

    private static Map<String, String> settings(Path file) throws IOException {
        Map<String, String> settings = new HashMap<>();
        if (Files.exists(file)) {
            for (var line : Files.readAllLines(file)) {
                int at = line.indexOf('=');
                if (at > 0) {
                    settings.put(line.substring(0, at).strip(), line.substring(at + 1).strip());
                }
            }
        }
        return settings;
    }

    private static void account(Path file, Map<String, String> accounts, Found.Gathering found) {
        try {
            var url = Json.text(Json.read(Files.readString(file)), "uri");
            var directory = Found.directoryOf(url);
            var key = file.resolveSibling("private_key.json");
            if (url == null || directory == null || !Files.exists(key)) {
                found.problems.add(
                        file + ": account " + url + " at an authority that is not known");
                return;
            }
            found.accounts.add(
                    new Found.Account(
                            file.toString(),
                            URI.create(directory),
                            pair(Json.read(Files.readString(key)), key),
                            url));
            var folder = file.getParent();
            if (folder != null) {
                accounts.put(folder.getFileName().toString(), url);
            }
        } catch (IOException | GeneralSecurityException | UnusableCertificateException e) {
            found.problems.add(file + ": " + e.getMessage());
        }
    }

    /** A key in JSON form (RFC 7518 6.3), as certbot keeps those of accounts. */
    private static KeyPair pair(Map<String, @Nullable Object> key, Path file)
            throws GeneralSecurityException, UnusableCertificateException {
        if (!"RSA".equals(Json.text(key, "kty"))) {
            throw new UnusableCertificateException(
                    file + ": key of type " + Json.text(key, "kty") + " (expected: RSA)");
        }
        var factory = KeyFactory.getInstance("RSA");
        var n = number(key, "n", file);
        var e = number(key, "e", file);
        return new KeyPair(
                factory.generatePublic(new RSAPublicKeySpec(n, e)),
                factory.generatePrivate(
                        new RSAPrivateCrtKeySpec(
                                n,
                                e,
                                number(key, "d", file),
                                number(key, "p", file),
                                number(key, "q", file),
                                number(key, "dp", file),
                                number(key, "dq", file),
                                number(key, "qi", file))));
    }

    private static BigInteger number(Map<String, @Nullable Object> key, String name, Path file)
            throws UnusableCertificateException {
        var text = Json.text(key, name);
        if (text == null) {
            throw new UnusableCertificateException(file + ": " + name + ": absent in the key");
        }
        try {
            return new BigInteger(1, Base64.getUrlDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new UnusableCertificateException(file + ": " + name + ": not base64url", e);
        }
    }
}
