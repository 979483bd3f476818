package dev.sallyport.core.filter;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;

/**
 * A random key under which verified credentials are remembered, so that memory holds no password
 * and nobody can aim at a place in the table.
 */
final class CredentialKey {
    private static final int BLOCK = 64;

    /** Has taken in the key; cloned for each use, never changed. */
    private final MessageDigest keyed;

    /** What is remembered of credentials. */
    record Print(long a, long b, long c, long d) {}

    private CredentialKey(MessageDigest keyed) {
        this.keyed = keyed;
    }

    static CredentialKey create(RandomGenerator random) {
        byte[] key = new byte[BLOCK];
        random.nextBytes(key);
        MessageDigest digest = sha256();
        digest.update(key);
        return new CredentialKey(digest);
    }

    Print print(Credentials credentials) {
        MessageDigest digest;
        try {
            digest = (MessageDigest) keyed.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("SHA-256 (expected: one that can be cloned)", e);
        }
        var bytes = ByteBuffer.wrap(digest.digest(credentials.raw()));
        return new Print(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 (expected: in every JDK)", e);
        }
    }
}
