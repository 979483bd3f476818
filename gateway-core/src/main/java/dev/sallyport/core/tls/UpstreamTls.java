package dev.sallyport.core.tls;

import dev.sallyport.acme.certificate.FileStamp;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import dev.sallyport.core.tls.mutual.EdgeKey;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards the endpoints of one upstream: whom to trust, the name they must prove, and who the
 * edge is where they ask.
 *
 * <p>An endpoint is verified against the system's authorities, or those of a file alone, and must
 * bear the name asked for; only {@code verify: false} skips both. Sessions are resumed. Made,
 * refreshed and closed by one control thread at a time; handlers are made on loops.
 */
public final class UpstreamTls implements AutoCloseable {
    private static final int SESSIONS = 256;

    private final Settings settings;
    private final TlsEngine engine;
    private final Clock clock = Clock.systemUTC();
    private volatile SslContext context;
    private volatile SslContext tunnelContext;
    private volatile SSLContext blocking;
    private @Nullable FileStamp stamp;
    private @Nullable List<X509Certificate> authorities;
    private @Nullable KeyMaterial key;
    private @Nullable String caProblem;
    private @Nullable String keyProblem;
    private boolean isDoubted;

    private UpstreamTls(Settings settings, TlsEngine engine) throws UnusableCertificateException {
        this.settings = settings;
        this.engine = engine;
        readAuthorities();
        EdgeKey edge = settings.key();
        key = edge == null ? null : edge.current();
        blocking = blocking();
        context = build(settings.protocols());
        tunnelContext = build(List.of());
    }

    /**
     * Reads authorities and key. A file that cannot be used is an error and never means that
     * anybody is trusted: the upstream stays closed.
     */
    public static UpstreamTls create(Settings settings, TlsEngine engine)
            throws UnusableCertificateException {
        return new UpstreamTls(settings, engine);
    }

    /**
     * Reads again what changed; new connections follow it. Authorities that are broken trust
     * nobody, once they are so at a second look; a key that is broken leaves the one before.
     */
    public void refresh() throws UnusableCertificateException {
        boolean isOther = false;
        try {
            isOther = readAuthorities();
            caProblem = null;
            isDoubted = false;
        } catch (UnusableCertificateException e) {
            if (isDoubted && caProblem == null) {
                caProblem = e.getMessage();
                authorities = List.of();
                isOther = true;
            }
            stamp = null;
            isDoubted = true;
        }
        EdgeKey edge = settings.key();
        try {
            KeyMaterial now = edge == null ? null : edge.current();
            isOther |= now != null && !now.equals(key);
            key = now;
            keyProblem = null;
        } catch (UnusableCertificateException e) {
            keyProblem = e.getMessage();
        }
        if (isOther) {
            var before = context;
            var tunnelsBefore = tunnelContext;
            blocking = blocking();
            context = build(settings.protocols());
            tunnelContext = build(List.of());
            ReferenceCountUtil.release(before);
            ReferenceCountUtil.release(tunnelsBefore);
        }
    }

    /** What is wrong at present with the files. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (caProblem != null) {
            problems.add(caProblem);
        }
        if (keyProblem != null) {
            problems.add(keyProblem);
        }
        return problems;
    }

    /** True when others are trusted than before. */
    private boolean readAuthorities() throws UnusableCertificateException {
        var file = settings.caFile();
        if (file == null || !settings.verify()) {
            return false;
        }
        var now = FileStamp.of(file);
        if (now.equals(stamp) && !now.isYoung(clock.instant())) {
            return false;
        }
        var read = Pem.certificates(file);
        var isOther = !read.equals(authorities);
        authorities = read;
        stamp = now;
        return isOther;
    }

    private SslContext build(List<String> protocols) throws UnusableCertificateException {
        var builder = SslContextBuilder.forClient();
        if (settings.verify()) {
            builder.trustManager(trust()[0]).endpointIdentificationAlgorithm("HTTPS");
        } else {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .endpointIdentificationAlgorithm(null);
        }
        if (key != null) {
            builder.keyManager(new OneKey(key));
        }
        builder.protocols("TLSv1.3", "TLSv1.2").sessionCacheSize(SESSIONS);
        if (!protocols.isEmpty()) {
            builder.applicationProtocolConfig(
                    new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            protocols));
        }
        if (engine == TlsEngine.NATIVE) {
            builder.option(
                    OpenSslContextOption.GROUPS,
                    new String[] {"X25519MLKEM768", "x25519", "secp256r1", "secp384r1"});
        }
        try {
            var made = engine.build(builder);
            if (made.sessionContext() instanceof OpenSslSessionContext sessions) {
                sessions.setSessionCacheEnabled(true);
            }
            return made;
        } catch (SSLException e) {
            throw new UnusableCertificateException(
                    "no TLS towards the upstream: " + e.getMessage());
        }
    }

    /** The same for who blocks: the authorities and the key of the moment, without a name. */
    public SSLContext context() {
        return blocking;
    }

    private SSLContext blocking() throws UnusableCertificateException {
        try {
            var made = SSLContext.getInstance("TLS");
            made.init(
                    key == null ? null : new KeyManager[] {new OneKey(key)},
                    settings.verify()
                            ? trust()
                            : InsecureTrustManagerFactory.INSTANCE.getTrustManagers(),
                    null);
            return made;
        } catch (GeneralSecurityException e) {
            throw new UnusableCertificateException(
                    "no TLS towards the upstream: " + e.getMessage(), e);
        }
    }

    /**
     * A handler for one connection; {@code host} is the endpoint's, unless the settings name the
     * server. Loop.
     */
    public SslHandler newHandler(ByteBufAllocator allocator, String host, int port) {
        return newHandler(() -> context, allocator, host, port);
    }

    /** The same for bytes of any protocol: ALPN is not spoken. Loop. */
    public SslHandler newTunnelHandler(ByteBufAllocator allocator, String host, int port) {
        return newHandler(() -> tunnelContext, allocator, host, port);
    }

    private SslHandler newHandler(
            Supplier<SslContext> context, ByteBufAllocator allocator, String host, int port) {
        var asked = settings.serverName();
        var name = asked == null ? host : asked;
        var handler = handler(context, allocator, name, port);
        handler.setHandshakeTimeoutMillis(settings.handshakeTimeout().toMillis());
        if (isSingleLabel(name)) {
            // Netty does not send these, but they are what containers are called.
            var parameters = handler.engine().getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            handler.engine().setSSLParameters(parameters);
        }
        return handler;
    }

    private static SslHandler handler(
            Supplier<SslContext> context, ByteBufAllocator allocator, String name, int port) {
        while (true) {
            var present = context.get();
            try {
                return present.newHandler(allocator, name, port);
            } catch (IllegalReferenceCountException e) {
                if (present.equals(context.get())) {
                    throw e; // closed, not replaced
                }
            }
        }
    }

    private static boolean isSingleLabel(String name) {
        return name.indexOf('.') < 0 && name.indexOf(':') < 0;
    }

    /** Connections in being keep their own reference. */
    @Override
    public void close() {
        ReferenceCountUtil.release(context);
        ReferenceCountUtil.release(tunnelContext);
    }

    private TrustManager[] trust() throws UnusableCertificateException {
        var trusted = authorities;
        if (trusted != null && trusted.isEmpty()) {
            return new TrustManager[] {new NoClients()}; // nobody at all
        }
        try {
            KeyStore store = null; // the system's
            if (trusted != null) {
                store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                var index = 0;
                for (var authority : trusted) {
                    store.setCertificateEntry("authority-" + index++, authority);
                }
            }
            var factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new UnusableCertificateException(
                    (trusted == null ? "the system's authorities" : settings.caFile())
                            + ": cannot be used: "
                            + e.getMessage());
        }
    }

    /**
     * How the endpoints of one upstream are verified.
     *
     * @param serverName to ask for and to verify; absent = each endpoint's own host
     * @param caFile authorities to trust in place of the system's
     * @param verify false trusts anybody
     * @param protocols offered by ALPN; empty = none
     * @param handshakeTimeout of each connection
     * @param key who the edge is where endpoints ask; absent = nobody
     */
    public record Settings(
            @Nullable String serverName,
            @Nullable Path caFile,
            boolean verify,
            List<String> protocols,
            Duration handshakeTimeout,
            @Nullable EdgeKey key) {
        public Settings {
            protocols = List.copyOf(protocols);
        }

        /** Where the edge shows no certificate. */
        public Settings(
                @Nullable String serverName,
                @Nullable Path caFile,
                boolean verify,
                List<String> protocols,
                Duration handshakeTimeout) {
            this(serverName, caFile, verify, protocols, handshakeTimeout, null);
        }
    }
}
