package dev.sallyport.config.model;

import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Key;
import dev.sallyport.config.model.setting.MustExist;
import dev.sallyport.config.model.value.HostPattern;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One certificate: from a pair of files, or from the internal authority. */
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
                List<HostPattern> internal) {
    public CertificateSettings {
        internal = List.copyOf(internal);
        if ((certificateFile == null) != (keyFile == null)) {
            throw new IllegalArgumentException(
                    (keyFile == null ? "certificate-file" : "key-file")
                            + " alone (expected: certificate-file and key-file)");
        }
        if ((certificateFile == null) == internal.isEmpty()) {
            throw new IllegalArgumentException(
                    (internal.isEmpty() ? "no certificate" : "files and internal together")
                            + " (expected: certificate-file and key-file, or internal)");
        }
    }
}
