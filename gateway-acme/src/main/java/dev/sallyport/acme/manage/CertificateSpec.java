package dev.sallyport.acme.manage;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/**
 * One certificate to be had: the names it is to be for, sorted.
 *
 * @param id of the folder it is kept in; made of the names alone
 */
public record CertificateSpec(String id, List<String> names) {
    private static final int LONGEST_NAME = 60;

    public CertificateSpec {
        names = List.copyOf(names);
    }

    /** One for these names, in any order. */
    public static CertificateSpec of(List<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("names: none (expected: at least one)");
        }
        var sorted = List.copyOf(new TreeSet<>(names));
        var first = sorted.getFirst().replace("*", "_").replace(':', '-');
        var beginning = first.length() > LONGEST_NAME ? first.substring(0, LONGEST_NAME) : first;
        return new CertificateSpec(beginning + "-" + digest(String.join(",", sorted)), sorted);
    }

    private static String digest(String text) {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256: absent (expected: in every JDK)", e);
        }
    }
}
