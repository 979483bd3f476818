package dev.sallyport.acme.storage;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/**
 * What a certificate's folder is called: its first name for people, and a digest of all of them.
 */
public final class CertificateId {
    private static final int LONGEST_NAME = 60;

    private CertificateId() {}

    /** The id for names in any order. */
    public static String of(List<String> names) {
        var sorted = new TreeSet<>(names);
        var first = sorted.first().replace("*", "_").replace(':', '-');
        var beginning = first.length() > LONGEST_NAME ? first.substring(0, LONGEST_NAME) : first;
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(String.join(",", sorted).getBytes(StandardCharsets.UTF_8));
            return beginning + "-" + HexFormat.of().formatHex(digest, 0, 4);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256: absent (expected: in every JDK)", e);
        }
    }
}
