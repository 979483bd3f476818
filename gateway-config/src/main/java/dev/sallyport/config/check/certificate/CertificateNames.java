package dev.sallyport.config.check.certificate;

import dev.sallyport.config.model.value.HostPattern;
import dev.sallyport.config.model.value.InvalidValue;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;

/** The hosts a certificate speaks for, from its alternative names alone (RFC 9525 2). */
final class CertificateNames {
    private static final int DNS = 2;
    private static final int IP = 7;

    private CertificateNames() {}

    /** A file that holds no certificate. */
    static final class Unreadable extends Exception {
        Unreadable(String message) {
            super(message);
        }
    }

    static List<HostPattern> of(Path file) throws Unreadable {
        try {
            var chain = PemCertificates.read(file);
            if (chain.isEmpty()) {
                throw new Unreadable("it holds none");
            }
            var names = new ArrayList<HostPattern>();
            var alternatives = chain.getFirst().getSubjectAlternativeNames();
            if (alternatives == null) {
                throw new Unreadable("it has no alternative names");
            }
            for (var alternative : alternatives) {
                int kind = (Integer) alternative.getFirst();
                if ((kind == DNS || kind == IP) && alternative.get(1) instanceof String name) {
                    add(names, name);
                }
            }
            return names;
        } catch (IOException | CertificateException _) {
            throw new Unreadable("it holds none");
        }
    }

    private static void add(List<HostPattern> names, String name) {
        try {
            names.add(HostPattern.parse(name));
        } catch (InvalidValue _) {
            // A name no route can have: nothing it could cover.
        }
    }
}
