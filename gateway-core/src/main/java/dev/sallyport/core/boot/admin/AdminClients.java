package dev.sallyport.core.boot.admin;

import dev.sallyport.acme.trust.Authorities;
import dev.sallyport.config.model.Listener.ClientCertificates.Forward;
import dev.sallyport.config.model.certificate.ClientNames;
import dev.sallyport.core.boot.admin.AdminRefusals.Reason;
import dev.sallyport.core.rebuild.ClientIdentity;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Believes clients of some authorities that bear one of some names; for one handshake. */
final class AdminClients extends X509ExtendedTrustManager {
    private final Authorities authorities;
    private final ClientNames names;
    private final Clock clock;
    private @Nullable Reason refusal;

    AdminClients(Authorities authorities, ClientNames names, Clock clock) {
        this.authorities = authorities;
        this.names = names;
        this.clock = clock;
    }

    /** Why the certificate that came was not believed; null when it was, or none came. */
    @Nullable Reason refusal() {
        return refusal;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] sent, String type)
            throws CertificateException {
        refusal = Reason.UNTRUSTED; // until it is seen to be another
        List<X509Certificate> path = authorities.path(List.of(sent), clock.instant());
        try {
            ClientIdentity client = ClientIdentity.of(path, Forward.NONE);
            if (!names.matches(client.names())) {
                refusal = Reason.NOT_NAMED;
                throw new CertificateException(
                        client.subject()
                                + ": named "
                                + client.names()
                                + " (expected: one of admin.tls.client-certificates.names)");
            }
            refusal = null;
        } catch (CertificateException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new CertificateException("unreadable names: " + e.getMessage(), e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] sent, String type, @Nullable Socket socket)
            throws CertificateException {
        checkClientTrusted(sent, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] sent, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(sent, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] sent, String type)
            throws CertificateException {
        throw new CertificateException("a server (expected: a client)");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] sent, String type, @Nullable Socket socket)
            throws CertificateException {
        checkServerTrusted(sent, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] sent, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(sent, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.all().toArray(X509Certificate[]::new);
    }
}
