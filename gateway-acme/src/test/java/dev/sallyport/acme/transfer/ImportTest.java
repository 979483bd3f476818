package dev.sallyport.acme.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.KeyKind;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.KeyPairs;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.storage.AcmeFolder;
import dev.sallyport.acme.storage.CertificateId;
import dev.sallyport.acme.storage.CertificateStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateCrtKey;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as four other programs keep them. */
final class ImportTest {
    private static final String ACCOUNT = "https://acme-v02.api.letsencrypt.org/acme/acct/1";
    private static final String DIRECTORY = "https://acme-v02.api.letsencrypt.org/directory";

    @TempDir private Path folder;
    private KeyMaterial material;
    private final SecureRandom random = new SecureRandom();

    @BeforeEach
    void start() throws Exception {
        material = InternalCa.create(Clock.systemUTC(), random).issue(List.of("shop.example.com"));
    }

    @Test
    void readsTraefiksFile() throws Exception {
        KeyPair rsa = KeyKind.RSA2048.generate(random);
        // PKCS#8 holds PKCS#1 from byte 26 on, for a key of this size
        byte[] pkcs8 = rsa.getPrivate().getEncoded();
        byte[] pkcs1 = java.util.Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
        Path file = folder.resolve("acme.json");
        Files.writeString(
                file,
                """
                {"le": {"Account": {"Email": "a@b.c", "Registration": {"body": {}, "uri": "%s"},
                   "PrivateKey": "%s", "KeyType": "4096"},
                  "Certificates": [{"domain": {"main": "shop.example.com"}, "certificate": "%s",
                   "key": "%s", "Store": "default"}, null,
                   {"domain": {"main": "broken.example.com"}, "certificate": "%%", "key": ""}]},
                 "other": null}
                """
                        .formatted(
                                ACCOUNT,
                                Base64.getEncoder().encodeToString(pkcs1),
                                base64(Pem.write(material.chain())),
                                base64(Pem.write(material.key()))));

        Found found = TraefikFile.read(file);

        assertThat(found.certificates())
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.material()).isEqualTo(material);
                    assertThat(each.account()).isEqualTo(ACCOUNT);
                    assertThat(each.authority()).isEqualTo(DIRECTORY);
                });
        assertThat(found.accounts())
                .singleElement()
                .satisfies(each -> assertThat(each.key().getPublic()).isEqualTo(rsa.getPublic()));
        assertThat(found.problems()).singleElement().asString().contains("broken.example.com");
    }

    @Test
    void tellsWhereTraefiksFileIsBroken() throws IOException {
        Path file = Files.writeString(folder.resolve("acme.json"), "{\"le\": {\"Account\": ");

        assertThatThrownBy(() -> TraefikFile.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageEndingWith("(expected: acme.json of Traefik)");
    }

    @Test
    void readsCaddysFolder() throws Exception {
        Path at =
                folder.resolve(
                        "certificates/acme-v02.api.letsencrypt.org-directory/shop.example.com");
        write(at, "shop.example.com");
        Files.writeString(
                at.resolve("shop.example.com.json"),
                """
                {"sans": ["shop.example.com"], "issuer_data": {"url": "x", "ca": "%s"}}\
                """
                        .formatted(DIRECTORY));
        Path user =
                Files.createDirectories(
                        folder.resolve("acme/acme-v02.api.letsencrypt.org-directory/users/a@b.c"));
        Files.writeString(user.resolve("a.json"), "{\"location\": \"" + ACCOUNT + "\"}");
        KeyPair key = KeyKind.P256.generate(random);
        Files.writeString(user.resolve("a.key"), KeyPairs.write(key));

        Found found = CaddyFolder.read(folder);

        assertThat(found.problems()).isEmpty();
        assertThat(found.certificates())
                .singleElement()
                .satisfies(each -> assertThat(each.authority()).isEqualTo(DIRECTORY));
        assertThat(found.accounts())
                .singleElement()
                .satisfies(each -> assertThat(each.url()).isEqualTo(ACCOUNT));
    }

    @Test
    void readsLegosFolder() throws Exception {
        Path at = folder.resolve("certificates");
        write(at, "shop.example.com");
        Files.writeString(
                at.resolve("shop.example.com.json"),
                "{\"certUrl\": \"https://acme-v02.api.letsencrypt.org/acme/cert/1\"}");
        Path user =
                Files.createDirectories(
                        folder.resolve("accounts/acme-v02.api.letsencrypt.org/a@b.c/keys"));
        Files.writeString(
                user.resolveSibling("account.json"),
                "{\"email\": \"a@b.c\", \"registration\": {\"uri\": \"" + ACCOUNT + "\"}}");
        Files.writeString(user.resolve("a@b.c.key"), KeyPairs.write(KeyKind.P256.generate(random)));

        Found found = LegoFolder.read(folder);

        assertThat(found.problems()).isEmpty();
        assertThat(found.certificates())
                .singleElement()
                .satisfies(each -> assertThat(each.account()).isEqualTo(ACCOUNT));
    }

    @Test
    void readsCertbotsFolder() throws Exception {
        Path live = Files.createDirectories(folder.resolve("live/shop.example.com"));
        Files.writeString(live.resolve("fullchain.pem"), Pem.write(material.chain()));
        Files.writeString(live.resolve("privkey.pem"), Pem.write(material.key()));
        Files.createDirectories(folder.resolve("renewal"));
        Files.writeString(
                folder.resolve("renewal/shop.example.com.conf"),
                "[renewalparams]\naccount = abc\nserver = " + DIRECTORY + "\n");
        Path account =
                Files.createDirectories(
                        folder.resolve("accounts/acme-v02.api.letsencrypt.org/directory/abc"));
        Files.writeString(account.resolve("regr.json"), "{\"uri\": \"" + ACCOUNT + "\"}");
        KeyPair pair = KeyKind.RSA2048.generate(random);
        var key = (RSAPrivateCrtKey) pair.getPrivate();
        Files.writeString(
                account.resolve("private_key.json"),
                """
                {"kty": "RSA", "n": "%s", "e": "%s", "d": "%s", "p": "%s", "q": "%s", "dp": "%s",
                 "dq": "%s", "qi": "%s"}\
                """
                        .formatted(
                                url(key.getModulus()),
                                url(key.getPublicExponent()),
                                url(key.getPrivateExponent()),
                                url(key.getPrimeP()),
                                url(key.getPrimeQ()),
                                url(key.getPrimeExponentP()),
                                url(key.getPrimeExponentQ()),
                                url(key.getCrtCoefficient())));

        Found found = CertbotFolder.read(folder);

        assertThat(found.problems()).isEmpty();
        assertThat(found.certificates())
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.account()).isEqualTo(ACCOUNT);
                    assertThat(each.authority()).isEqualTo(DIRECTORY);
                });
        assertThat(found.accounts())
                .singleElement()
                .satisfies(each -> assertThat(each.key().getPublic()).isEqualTo(pair.getPublic()));
    }

    @Test
    void keepsOnceAndOnTrialNever() throws Exception {
        AcmeFolder storage = new AcmeFolder(folder.resolve("acme"));
        Found found =
                new Found(
                        List.of(new Found.Certificate("x", material, DIRECTORY, ACCOUNT)),
                        List.of(),
                        List.of());
        String id = CertificateId.of(List.of("shop.example.com"));
        var clock = Clock.systemUTC();

        assertThat(Keeping.onTrial(storage, clock, random).keep(found))
                .extracting(Keeping.Done::result)
                .containsExactly("kept");
        assertThat(new CertificateStorage(storage).load(id, new ArrayList<>())).isNull();
        assertThat(Keeping.inEarnest(storage, clock, random).keep(found))
                .extracting(Keeping.Done::result)
                .containsExactly("kept");
        assertThat(Keeping.inEarnest(storage, clock, random).keep(found))
                .extracting(Keeping.Done::result)
                .containsExactly("what is here lasts as long");
        var stored =
                Objects.requireNonNull(new CertificateStorage(storage).load(id, new ArrayList<>()));
        assertThat(stored.meta().account()).isEqualTo(ACCOUNT);
    }

    private void write(Path at, String name) throws Exception {
        Files.createDirectories(at);
        Files.writeString(at.resolve(name + ".crt"), Pem.write(material.chain()));
        Files.writeString(at.resolve(name + ".key"), Pem.write(material.key()));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String url(java.math.BigInteger number) {
        byte[] bytes = number.toByteArray();
        int from = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(java.util.Arrays.copyOfRange(bytes, from, bytes.length));
    }
}
