package dev.sallyport.acme.issue;

import dev.sallyport.acme.certificate.KeyMaterial;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The name of a certificate where its renewal is asked about (RFC 9773 4.1). */
public final class RenewalId {
    private RenewalId() {}

    /** Null when the certificate does not name its issuer's key. */
    public static @Nullable String of(KeyMaterial material) {
        var identifier = material.authorityKey();
        if (identifier == null) {
            return null;
        }
        var base64 = Base64.getUrlEncoder().withoutPadding();
        return base64.encodeToString(identifier)
                + "."
                + base64.encodeToString(material.serial().toByteArray());
    }
}
