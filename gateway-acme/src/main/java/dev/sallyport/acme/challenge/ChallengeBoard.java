package dev.sallyport.acme.challenge;

import dev.sallyport.acme.certificate.KeyMaterial;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * What the edge must answer to authorities right now: files by host and token, certificates by
 * server name.
 *
 * <p>Control threads write; loops read immutable maps behind one {@code volatile} each. Nothing is
 * answered but what is pending: anything else belongs to the routes.
 */
public final class ChallengeBoard {
    /** Where files are asked for (RFC 8555 8.3). */
    public static final String PATH = "/.well-known/acme-challenge/";

    private volatile Map<String, byte[]> files = Map.of();
    private volatile Map<String, KeyMaterial> certificates = Map.of();
    private final AtomicLongArray served = new AtomicLongArray(4);

    /** Whether no file is pending, which is nearly always. Loop. */
    public boolean hasNoFiles() {
        return files.isEmpty();
    }

    /** The file for a token of a host that is pending; not to be changed. Loop. */
    public byte @Nullable [] findFile(String host, String token) {
        var found = files.get(key(host, token));
        served.incrementAndGet(found == null ? 1 : 0);
        return found;
    }

    /** The certificate a validation of this name must see. Loop. */
    public @Nullable KeyMaterial findCertificate(@Nullable String serverName) {
        var found = serverName == null ? null : certificates.get(serverName);
        served.incrementAndGet(found == null ? 3 : 2);
        return found;
    }

    /** How often a challenge was answered, or was asked for and not pending. */
    public long served(ChallengeType type, boolean isHit) {
        int index = (type == ChallengeType.HTTP_01 ? 0 : 2) + (isHit ? 0 : 1);
        return served.get(index);
    }

    synchronized void putFile(String host, String token, byte[] content) {
        var next = new HashMap<>(files);
        next.put(key(host, token), content.clone());
        files = Map.copyOf(next);
    }

    synchronized void removeFile(String host, String token) {
        var next = new HashMap<>(files);
        next.remove(key(host, token));
        files = Map.copyOf(next);
    }

    synchronized void putCertificate(String serverName, KeyMaterial material) {
        var next = new HashMap<>(certificates);
        next.put(serverName, material);
        certificates = Map.copyOf(next);
    }

    /** Takes a certificate away, unless another one took its place. */
    synchronized void removeCertificate(String serverName, KeyMaterial material) {
        var next = new HashMap<>(certificates);
        next.remove(serverName, material);
        certificates = Map.copyOf(next);
    }

    private static String key(String host, String token) {
        return host.toLowerCase(Locale.ROOT) + "/" + token;
    }
}
