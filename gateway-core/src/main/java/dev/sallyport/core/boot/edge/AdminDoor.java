package dev.sallyport.core.boot.edge;

import dev.sallyport.acme.certificate.UnusableCertificateException;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.certificate.AdminTls.Clients;
import dev.sallyport.config.model.certificate.ClientNames;
import dev.sallyport.config.model.value.Address;
import dev.sallyport.core.boot.admin.AdminHandler;
import dev.sallyport.core.boot.admin.AdminServer;
import dev.sallyport.core.boot.admin.AdminSocket;
import dev.sallyport.core.boot.admin.AdminTls;
import dev.sallyport.core.boot.certificates.EdgeCertificates;
import dev.sallyport.core.tls.mutual.EdgeKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens the admin interface as the configuration wants it. */
final class AdminDoor {
    private AdminDoor() {}

    static AdminServer open(
            GatewayConfig.Admin settings,
            AdminHandler handler,
            EdgeCertificates certificates,
            Function<String, @Nullable String> environment,
            Clock clock)
            throws IOException {
        Path socket = settings.socket();
        Address address = settings.address();
        var tls = settings.tls();
        return AdminServer.start(
                handler,
                socket == null ? AdminSocket.find(environment) : socket,
                address == null ? null : address.toSocketAddress(),
                tls == null ? null : tls(tls, certificates, clock));
    }

    /** Without a certificate there is no door at all, rather than one in plain. */
    private static AdminTls tls(
            dev.sallyport.config.model.certificate.AdminTls settings,
            EdgeCertificates certificates,
            Clock clock)
            throws IOException {
        Clients clients = settings.clientCertificates();
        try {
            return AdminTls.create(
                    key(settings, certificates, clock),
                    clients == null ? List.of() : clients.caFiles(),
                    ClientNames.of(clients == null ? List.of() : clients.names()),
                    clock);
        } catch (UnusableCertificateException e) {
            throw new IOException("admin.tls: " + e.getMessage(), e);
        }
    }

    private static EdgeKey key(
            dev.sallyport.config.model.certificate.AdminTls settings,
            EdgeCertificates certificates,
            Clock clock) {
        Path file = settings.certificateFile();
        if (file != null) {
            return EdgeKey.ofFiles(file, Objects.requireNonNull(settings.keyFile()), clock);
        }
        List<String> names = settings.internal().stream().map(Object::toString).toList();
        return () -> certificates.server(names);
    }
}
