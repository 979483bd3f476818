package dev.sallyport.acme.storage;

import dev.sallyport.acme.certificate.KeyKind;
import dev.sallyport.acme.certificate.KeyPairs;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import dev.sallyport.acme.json.Json;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Orders under way, written down before what they lead to: the key before the order, the order
 * before it is finalized. A process that is killed at any moment loses no order that was finalized.
 */
public final class PendingOrders {
    private final AcmeFolder folder;
    private final SecureRandom random;

    public PendingOrders(AcmeFolder folder, SecureRandom random) {
        this.folder = folder;
        this.random = random;
    }

    /**
     * An order that was made.
     *
     * @param url of the order
     * @param authority directory it was made at
     * @param account URL of the account that made it
     */
    public record Pending(String url, String authority, String account) {}

    /** The key the next certificate will have; made, and kept, when there is none. */
    public KeyPair requireKey(String id, KeyKind kind) throws IOException {
        var path = path(id) + "key.pem";
        var text = folder.read(path);
        if (text != null) {
            try {
                return KeyPairs.read(text, path);
            } catch (UnusableCertificateException e) {
                drop(id); // an order for it, if any, cannot be finished
            }
        }
        try {
            var pair = kind.generate(random);
            folder.write(path, KeyPairs.write(pair));
            return pair;
        } catch (GeneralSecurityException e) {
            throw new IOException(path + ": no key: " + e.getMessage(), e);
        }
    }

    /** The order under way; null when there is none, or none that can be read. */
    public @Nullable Pending find(String id) throws IOException {
        var text = folder.read(path(id) + "order.json");
        if (text == null || folder.read(path(id) + "key.pem") == null) {
            return null;
        }
        Map<String, @Nullable Object> object;
        try {
            object = Json.read(text);
        } catch (IOException e) {
            return null;
        }
        var url = Json.text(object, "url");
        var authority = Json.text(object, "authority");
        var account = Json.text(object, "account");
        return url == null || authority == null || account == null
                ? null
                : new Pending(url, authority, account);
    }

    /** Keeps an order that was made. */
    public void write(String id, Pending pending) throws IOException {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("url", pending.url());
        object.put("authority", pending.authority());
        object.put("account", pending.account());
        folder.write(path(id) + "order.json", Json.write(object));
    }

    /** Forgets the order but keeps the key: nothing was issued for it. */
    public void dropOrder(String id) throws IOException {
        folder.delete(path(id) + "order.json");
    }

    /** Forgets order and key: the certificate is kept, or will never come. */
    public void drop(String id) throws IOException {
        folder.delete("live/" + id + "/pending");
    }

    private static String path(String id) {
        return "live/" + id + "/pending/";
    }
}
