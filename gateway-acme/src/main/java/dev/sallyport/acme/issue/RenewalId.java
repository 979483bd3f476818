package dev.sallyport.acme.issue;

import java.security.cert.X509Certificate;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The name of a certificate where its renewal is asked about (RFC 9773 4.1). */
public final class RenewalId {
    private static final String AUTHORITY_KEY = "2.5.29.35";
    private static final int KEY_IDENTIFIER = 0x80;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;

    private RenewalId() {}

    /** Null when the certificate does not name its issuer's key. */
    public static @Nullable String of(X509Certificate leaf) {
        var extension = leaf.getExtensionValue(AUTHORITY_KEY);
        if (extension == null) {
            return null;
        }
        var identifier = keyIdentifier(extension);
        if (identifier == null) {
            return null;
        }
        var base64 = Base64.getUrlEncoder().withoutPadding();
        return base64.encodeToString(identifier)
                + "."
                + base64.encodeToString(leaf.getSerialNumber().toByteArray());
    }

    /** An octet string, in it a sequence, in it the identifier; all of them shorter than 128. */
    private static byte @Nullable [] keyIdentifier(byte[] der) {
        if (der.length < 6 || der[0] != OCTET_STRING || der[2] != SEQUENCE || der[3] < 0) {
            return null;
        }
        int at = 4;
        while (at + 2 <= der.length) {
            int length = der[at + 1];
            if (length < 0 || at + 2 + length > der.length) {
                return null;
            }
            if ((der[at] & 0xff) == KEY_IDENTIFIER) {
                return java.util.Arrays.copyOfRange(der, at + 2, at + 2 + length);
            }
            at += 2 + length;
        }
        return null;
    }
}
