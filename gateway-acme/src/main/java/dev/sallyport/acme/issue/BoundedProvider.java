package dev.sallyport.acme.issue;

import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.Connection;
import org.shredzone.acme4j.connector.HttpConnector;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.provider.AbstractAcmeProvider;
import org.shredzone.acme4j.toolbox.JSON;

/**
 * One authority for the library: one HTTP client for all sessions, and the directory kept for half
 * an hour, whatever its headers say. The library alone would fetch it up to four times an order.
 */
final class BoundedProvider extends AbstractAcmeProvider implements AutoCloseable {
    private static final Duration DIRECTORY_KEPT = Duration.ofMinutes(30);

    private final Authority authority;
    private final Clock clock;
    private final HttpClient client;
    private final Duration deadline;
    private @Nullable JSON directory;
    private Instant fetched = Instant.MIN;

    BoundedProvider(Authority authority, Clock clock, Duration deadline)
            throws UnusableCertificateException {
        this.authority = authority;
        this.clock = clock;
        this.deadline = deadline;
        var builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .connectTimeout(deadline)
                        .executor(Executors.newVirtualThreadPerTaskExecutor());
        var file = authority.caFile();
        if (file != null) {
            builder.sslContext(trusting(file));
        }
        this.client = builder.build();
    }

    @Override
    public boolean accepts(URI serverUri) {
        return serverUri.equals(authority.directory());
    }

    @Override
    public URL resolve(URI serverUri) {
        try {
            return serverUri.toURL();
        } catch (IOException e) {
            throw new IllegalArgumentException(serverUri + " (expected: an https address)", e);
        }
    }

    @Override
    public HttpClient createHttpClient(NetworkSettings settings) {
        return client;
    }

    @Override
    public Connection connect(URI serverUri, NetworkSettings settings, HttpClient httpClient) {
        return new BoundedConnection(new HttpConnector(settings, client), clock, deadline);
    }

    @Override
    public synchronized @Nullable JSON directory(Session session, URI serverUri)
            throws AcmeException {
        var known = directory;
        if (known != null && clock.instant().isBefore(fetched.plus(DIRECTORY_KEPT))) {
            return session.hasDirectory() ? null : known;
        }
        try (var connection = connect(serverUri, session.networkSettings(), client)) {
            connection.sendRequest(resolve(serverUri), session, null);
            var read = connection.readJsonResponse();
            directory = read;
            fetched = clock.instant();
            return read;
        }
    }

    /** The next look fetches it anew: an address it gave is not known any more. */
    synchronized void forgetDirectory() {
        directory = null;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private static SSLContext trusting(Path file) throws UnusableCertificateException {
        try {
            var authorities = KeyStore.getInstance("PKCS12");
            authorities.load(null, null);
            int index = 0;
            for (var each : Pem.certificates(file)) {
                authorities.setCertificateEntry("authority-" + index++, each);
            }
            var factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(authorities);
            var context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new UnusableCertificateException(file + ": cannot be used: " + e.getMessage(), e);
        }
    }
}
