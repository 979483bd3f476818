package dev.sallyport.config.model.certificate;

import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.MustExist;
import dev.sallyport.config.model.setting.Shorthand;
import dev.sallyport.config.model.value.HostPattern;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How TLS, 1.2 or later, is spoken at the admin address: what the edge shows, and who may ask. */
public record AdminTls(
        @Doc(
                        "PEM file of the certificate and its chain, the leaf first. Read again when"
                                + " it changes; broken then, the one before stays in use.")
                @Example("admin.pem")
                @MustExist
                @Nullable Path certificateFile,
        @Doc("PEM file of the private key.") @Example("admin.key") @MustExist
                @Nullable Path keyFile,
        @Doc(
                        "Hosts of a certificate issued and renewed by the private authority (sallyport"
                                + " pki).")
                @Example("[edge.internal, 10.0.0.5]")
                List<HostPattern> internal,
        @Doc(
                        "Let in only clients with a certificate. Absent: everybody who reaches the"
                                + " address, which must be a loopback address then.")
                @Example("[/var/lib/sallyport/pki/ca.pem]")
                @Nullable Clients clientCertificates) {

    public AdminTls {
        internal = List.copyOf(internal);
        PairOfFiles.requireOrInternal(certificateFile, keyFile, internal);
    }

    /** Who is let in. */
    public record Clients(
            @Doc(
                            "PEM files of the authorities that issue to operators and scrapers; one"
                                    + " of an intermediate authority pins that. Read again when they"
                                    + " change. One that is missing, broken or expired lets nobody"
                                    + " in.")
                    @Example("[/var/lib/sallyport/pki/ca.pem]")
                    @Shorthand
                    List<Path> caFiles,
            @Doc(
                            "Whom of those to let in, by an alternative name of the certificate"
                                    + " (DNS, URI such as a SPIFFE ID, e-mail) or, where it has"
                                    + " none, its common name; a * at the end stands for any rest."
                                    + " Absent: everybody.")
                    @Example("[\"spiffe://example.org/operators/*\"]")
                    List<String> names) {
        public Clients {
            caFiles = List.copyOf(caFiles);
            names = List.copyOf(names);
            if (caFiles.isEmpty()) {
                throw new IllegalArgumentException("no ca-files (expected: at least one)");
            }
            ClientNames.require(names);
        }
    }
}
