package dev.sallyport.config.model;

import dev.sallyport.config.model.certificate.PairOfFiles;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Key;
import dev.sallyport.config.model.setting.MustExist;
import dev.sallyport.config.model.value.HostPattern;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One certificate: from a pair of files, from the internal authority, or obtained by ACME. */
public record CertificateSettings(
        @Key String name,
        @Doc("PEM file of the certificate and its chain, the leaf first.")
                @Example("shop.pem")
                @MustExist
                @Nullable Path certificateFile,
        @Doc("PEM file of the private key.") @Example("shop.key") @MustExist @Nullable Path keyFile,
        @Doc(
                        "Hosts to certify by the internal authority, which browsers trust only once"
                                + " its root is installed.")
                @Example("[localhost, \"*.localhost\", 127.0.0.1, \"::1\"]")
                List<HostPattern> internal,
        @Doc(
                        "Hosts of one certificate to obtain as the section acme says: for wildcards,"
                                + " addresses, several names in one, or names of no route.")
                @Example("[example.com, \"*.example.com\"]")
                List<HostPattern> acme) {
    private static final int MOST_NAMES = 100;

    public CertificateSettings {
        internal = List.copyOf(internal);
        acme = List.copyOf(acme);
        PairOfFiles.requireWhole(certificateFile, keyFile);
        int kinds =
                (certificateFile == null ? 0 : 1)
                        + (internal.isEmpty() ? 0 : 1)
                        + (acme.isEmpty() ? 0 : 1);
        if (kinds != 1) {
            throw new IllegalArgumentException(
                    (kinds == 0 ? "no certificate" : together(certificateFile, internal))
                            + " (expected: certificate-file and key-file, internal, or acme)");
        }
        if (acme.size() > MOST_NAMES) {
            throw new IllegalArgumentException(
                    "acme: " + acme.size() + " hosts (expected: at most " + MOST_NAMES + ")");
        }
    }

    private static String together(@Nullable Path file, List<HostPattern> internal) {
        return file == null
                ? "internal and acme together"
                : (internal.isEmpty() ? "files and acme" : "files and internal") + " together";
    }
}
