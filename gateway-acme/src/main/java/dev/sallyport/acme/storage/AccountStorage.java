package dev.sallyport.acme.storage;

import dev.sallyport.acme.certificate.KeyKind;
import dev.sallyport.acme.certificate.KeyPairs;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import dev.sallyport.acme.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Accounts at authorities, one for each directory: the key first, then where the account is. */
public final class AccountStorage {
    private static final String FOLDER = "accounts/";

    private final AcmeFolder folder;
    private final SecureRandom random;

    public AccountStorage(AcmeFolder folder, SecureRandom random) {
        this.folder = folder;
        this.random = random;
    }

    /**
     * An account.
     *
     * @param url null when it was not made yet
     */
    public record Account(KeyPair key, @Nullable String url) {
        @Override
        public String toString() {
            return "Account[" + url + "]";
        }
    }

    /** The account at a directory; its key is made, and kept, when there is none. */
    public synchronized Account require(URI directory) throws IOException {
        var path = FOLDER + idOf(directory);
        try {
            var text = folder.read(path + "/account.json");
            var url = text == null ? null : Json.text(Json.read(text), "url");
            var keyText = folder.read(path + "/key.pem");
            if (keyText != null) {
                return new Account(KeyPairs.read(keyText, path + "/key.pem"), url);
            }
            var pair = KeyKind.P256.generate(random);
            write(directory, pair, null);
            return new Account(pair, null);
        } catch (GeneralSecurityException | UnusableCertificateException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    /** Keeps where an account is, or with null that it has to be made anew. */
    public synchronized void write(URI directory, KeyPair key, @Nullable String url)
            throws IOException {
        var path = FOLDER + idOf(directory);
        folder.write(path + "/key.pem", KeyPairs.write(key));
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("directory", directory.toString());
        if (url != null) {
            object.put("url", url);
        }
        folder.write(path + "/account.json", Json.write(object));
    }

    /** Whether there is an account that was made. */
    public boolean has(URI directory) throws IOException {
        var text = folder.read(FOLDER + idOf(directory) + "/account.json");
        return text != null && Json.text(Json.read(text), "url") != null;
    }

    /** The host for people, and a digest, for one host may have several directories. */
    static String idOf(URI directory) {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(directory.toString().getBytes(StandardCharsets.UTF_8));
            return directory.getHost() + "-" + HexFormat.of().formatHex(digest, 0, 4);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256: absent (expected: in every JDK)", e);
        }
    }
}
