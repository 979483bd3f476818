package dev.sallyport.core.tls.mutual;

import dev.sallyport.acme.trust.Authorities;
import dev.sallyport.config.model.Listener.ClientCertificates;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates a listener asks for, and which authorities it believes. Immutable: other
 * authorities make another one, whose sessions are none of this one's.
 */
public final class ClientAuth {
    private static final String PATH = "sallyport.client-path";

    private final ClientCertificates settings;
    private final Authorities authorities;
    private final Clock clock;

    public ClientAuth(ClientCertificates settings, Authorities authorities, Clock clock) {
        this.settings = settings;
        this.authorities = authorities;
        this.clock = clock;
    }

    /** Whether the clients of a name are asked; null when they named nobody. */
    public boolean asks(@Nullable String serverName) {
        return settings.asks(serverName);
    }

    /** Whether there is no connection without a certificate. */
    public boolean isRequired() {
        return settings.mode() == ClientCertificates.Mode.REQUIRED;
    }

    /** Whether nobody can be believed, since no authority can be read. */
    public boolean isClosed() {
        return authorities.isEmpty();
    }

    /** What endpoints are told. */
    public ClientCertificates.Forward forward() {
        return settings.forward();
    }

    Authorities authorities() {
        return authorities;
    }

    /** What a session is valid for: sessions of other authorities or terms are none of ours. */
    public String policy() {
        return "client " + settings.mode() + ' ' + authorities.digest();
    }

    /** What verifies in the handshake; remembers the path with the session. */
    List<X509Certificate> verify(X509Certificate[] sent, @Nullable SSLSession session)
            throws CertificateException {
        List<X509Certificate> path = authorities.path(List.of(sent), clock.instant());
        if (session != null) {
            session.putValue(PATH, path);
        }
        return path;
    }

    /**
     * The path of the client that a handshake was made with, its certificate first, an authority
     * last; null when it has no certificate. What the handshake did not verify, as when a ticket
     * saved it, is verified here.
     *
     * @throws CertificateException when the client's certificate is not good, or none was given
     *     where one is required
     */
    public @Nullable List<X509Certificate> client(SSLSession session) throws CertificateException {
        if (session.getValue(PATH) instanceof List<?> remembered) {
            List<X509Certificate> path = new ArrayList<>();
            for (Object each : remembered) {
                path.add((X509Certificate) each);
            }
            return List.copyOf(path);
        }
        Certificate[] sent;
        try {
            sent = session.getPeerCertificates();
        } catch (SSLPeerUnverifiedException _) {
            if (isRequired()) {
                throw new CertificateException("no certificate of the client (expected: one)");
            }
            return null;
        }
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate each : sent) {
            chain.add((X509Certificate) each);
        }
        return authorities.path(chain, clock.instant());
    }
}
