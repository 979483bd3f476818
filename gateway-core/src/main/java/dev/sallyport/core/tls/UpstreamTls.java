package dev.sallyport.core.tls;

import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.certificate.UnusableCertificateException;
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
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards the endpoints of one upstream: whom to trust, and the name they must prove.
 *
 * <p>An endpoint is verified against the system's authorities, or those of a file alone, and must
 * bear the name asked for; only {@code verify: false} skips both. Sessions are resumed. Made by a
 * control thread; handlers are made on loops.
 */
public final class UpstreamTls implements AutoCloseable {
    private static final int SESSIONS = 256;

    private final Settings settings;
    private final SslContext context;
    private final SslContext tunnelContext;

    private UpstreamTls(Settings settings, SslContext context, SslContext tunnelContext) {
        this.settings = settings;
        this.context = context;
        this.tunnelContext = tunnelContext;
    }

    /**
     * Reads the authorities. A file that cannot be used is an error and never means that anybody is
     * trusted: the upstream stays closed.
     */
    public static UpstreamTls create(Settings settings, TlsEngine engine)
            throws UnusableCertificateException {
        var trust =
                settings.verify()
                        ? authorities(settings.caFile())
                        : InsecureTrustManagerFactory.INSTANCE;
        try {
            var context = context(settings, trust, engine, settings.protocols());
            try {
                return new UpstreamTls(
                        settings, context, context(settings, trust, engine, List.of()));
            } catch (SSLException e) {
                ReferenceCountUtil.release(context);
                throw e;
            }
        } catch (SSLException e) {
            throw new UnusableCertificateException(
                    "no TLS towards the upstream: " + e.getMessage());
        }
    }

    private static SslContext context(
            Settings settings, TrustManagerFactory trust, TlsEngine engine, List<String> protocols)
            throws SSLException {
        var builder =
                SslContextBuilder.forClient()
                        .sslProvider(engine.provider())
                        .trustManager(trust)
                        .endpointIdentificationAlgorithm(settings.verify() ? "HTTPS" : null)
                        .protocols("TLSv1.3", "TLSv1.2")
                        .sessionCacheSize(SESSIONS);
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
        var context = builder.build();
        if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
            sessions.setSessionCacheEnabled(true);
        }
        return context;
    }

    /**
     * A handler for one connection; {@code host} is the endpoint's, unless the settings name the
     * server. Loop.
     */
    public SslHandler newHandler(ByteBufAllocator allocator, String host, int port) {
        return newHandler(context, allocator, host, port);
    }

    /** The same for bytes of any protocol: ALPN is not spoken. Loop. */
    public SslHandler newTunnelHandler(ByteBufAllocator allocator, String host, int port) {
        return newHandler(tunnelContext, allocator, host, port);
    }

    private SslHandler newHandler(
            SslContext context, ByteBufAllocator allocator, String host, int port) {
        var asked = settings.serverName();
        var name = asked == null ? host : asked;
        var handler = context.newHandler(allocator, name, port);
        handler.setHandshakeTimeoutMillis(settings.handshakeTimeout().toMillis());
        if (isSingleLabel(name)) {
            // Netty does not send these, but they are what containers are called.
            var parameters = handler.engine().getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            handler.engine().setSSLParameters(parameters);
        }
        return handler;
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

    private static TrustManagerFactory authorities(@Nullable Path caFile)
            throws UnusableCertificateException {
        try {
            KeyStore authorities = null; // the system's
            if (caFile != null) {
                authorities = KeyStore.getInstance("PKCS12");
                authorities.load(null, null);
                var index = 0;
                for (var authority : Pem.certificates(caFile)) {
                    authorities.setCertificateEntry("authority-" + index++, authority);
                }
            }
            var factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(authorities);
            return factory;
        } catch (GeneralSecurityException | IOException e) {
            throw new UnusableCertificateException(
                    (caFile == null ? "the system's authorities" : caFile)
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
     */
    public record Settings(
            @Nullable String serverName,
            @Nullable Path caFile,
            boolean verify,
            List<String> protocols,
            Duration handshakeTimeout) {
        public Settings {
            protocols = List.copyOf(protocols);
        }
    }
}
