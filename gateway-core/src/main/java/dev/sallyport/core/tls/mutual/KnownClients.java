package dev.sallyport.core.tls.mutual;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Trusts the clients that {@link ClientAuth} believes, and no server. */
public final class KnownClients extends X509ExtendedTrustManager {
    private final ClientAuth auth;

    public KnownClients(ClientAuth auth) {
        this.auth = auth;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        auth.verify(chain, engine == null ? null : engine.getHandshakeSession());
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
            throws CertificateException {
        auth.verify(chain, null);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        auth.verify(chain, null);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
            throws CertificateException {
        throw refusal();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
            throws CertificateException {
        throw refusal();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw refusal();
    }

    private static CertificateException refusal() {
        return new CertificateException("a server (expected: clients alone)");
    }

    /** Whose names clients are told, to choose a certificate by. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return auth.authorities().all().toArray(X509Certificate[]::new);
    }
}
