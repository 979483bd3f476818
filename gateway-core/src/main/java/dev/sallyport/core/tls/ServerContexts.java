package dev.sallyport.core.tls;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.core.tls.mutual.ClientAuth;
import dev.sallyport.core.tls.mutual.KnownClients;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * One handshake context per certificate, made at its first use (tens of microseconds; 2 KiB, and as
 * much again three times for the parsed key and chain) and kept until the certificate is no longer
 * published, or until it was not asked for while a thousand others were.
 *
 * <p>A context is released by the control thread that notices; connections in their handshake and
 * after hold their own reference, so nothing of theirs ends with it.
 */
final class ServerContexts implements AutoCloseable {
    /**
     * Forward secret and authenticated; a client that knows none of these is not from this decade.
     */
    private static final List<String> CIPHERS =
            List.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private static final long SESSION_SECONDS = 12 * 60 * 60;
    private static final int MOST = 1000;

    private final ServerTlsSettings settings;
    private final CertificateStore store;
    private final TlsEngine engine;
    private final TicketKeys ticketKeys;
    private final @Nullable ClientAuth asked;
    private final X509ExtendedTrustManager clients;
    private final byte[] sessionContext;
    private final int most;
    private final ConcurrentHashMap<KeyMaterial, Made> contexts = new ConcurrentHashMap<>();

    ServerContexts(
            ServerTlsSettings settings,
            CertificateStore store,
            TlsEngine engine,
            TicketKeys ticketKeys,
            @Nullable ClientAuth asked) {
        this(settings, store, engine, ticketKeys, asked, MOST);
    }

    /** With room for {@code most} contexts, at least eight. */
    ServerContexts(
            ServerTlsSettings settings,
            CertificateStore store,
            TlsEngine engine,
            TicketKeys ticketKeys,
            @Nullable ClientAuth asked,
            int most) {
        this.most = most;
        this.settings = settings;
        this.store = store;
        this.engine = engine;
        this.ticketKeys = ticketKeys;
        this.asked = asked;
        this.clients = asked == null ? new NoClients() : new KnownClients(asked);
        this.sessionContext =
                digest(settings.policy() + (asked == null ? "" : '\n' + asked.policy()));
    }

    /** A handler for one connection that shows this certificate. Loop. */
    SslHandler newHandler(KeyMaterial material, ByteBufAllocator allocator) throws SSLException {
        while (true) {
            var made = contexts.get(material);
            if (made == null) {
                made = make(material);
            } else if (!made.isUsed) {
                made.isUsed = true;
            }
            try {
                return made.context.newHandler(allocator);
            } catch (IllegalReferenceCountException e) {
                // Retired between the look-up and here. It is out of the map by now or was
                // replaced.
                contexts.remove(material, made);
            }
        }
    }

    /** A handler for one connection of an authority that validates (RFC 8737 3). Loop. */
    SslHandler newChallengeHandler(KeyMaterial material, ByteBufAllocator allocator)
            throws SSLException {
        var builder =
                SslContextBuilder.forServer(new OneKey(material))
                        .trustManager(new NoClients())
                        .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                        .protocols("TLSv1.3", "TLSv1.2")
                        .applicationProtocolConfig(
                                new ApplicationProtocolConfig(
                                        Protocol.ALPN,
                                        SelectorFailureBehavior.NO_ADVERTISE,
                                        SelectedListenerFailureBehavior.ACCEPT,
                                        "acme-tls/1"));
        var context = engine.build(builder);
        try {
            return context.newHandler(allocator);
        } finally {
            ReferenceCountUtil.release(context); // the handler's engine has its own
        }
    }

    /** Releases the contexts of certificates no longer published. Control. */
    void retire() {
        for (var material : contexts.keySet()) {
            if (!store.contains(material)) {
                release(material);
            }
        }
    }

    /** Gives every context the present ticket keys. Control. */
    void turnTicketKeys() {
        for (var made : contexts.values()) {
            try {
                useTicketKeys(made.context);
            } catch (IllegalReferenceCountException e) {
                // retired meanwhile
            }
        }
    }

    int size() {
        return contexts.size();
    }

    @Override
    public void close() {
        contexts.keySet().forEach(this::release);
    }

    private void release(KeyMaterial material) {
        var made = contexts.remove(material);
        if (made != null) {
            ReferenceCountUtil.release(made.context);
        }
    }

    private Made make(KeyMaterial material) throws SSLException {
        if (contexts.size() >= most) {
            makeRoom();
        }
        var made = new Made(build(material));
        var other = contexts.putIfAbsent(material, made);
        if (other != null) {
            ReferenceCountUtil.release(made.context);
            return other;
        }
        useTicketKeys(made.context); // again: they may have turned before the map had it
        return made;
    }

    /** Those go that nobody asked for since room was made last; if all were asked for, any. */
    private void makeRoom() {
        int left = most / 8;
        for (int round = 0; round < 2 && left > 0; round++) {
            for (var each : contexts.entrySet()) {
                if (left == 0) {
                    return;
                }
                var made = each.getValue();
                if (made.isUsed) {
                    made.isUsed = false;
                } else if (contexts.remove(each.getKey(), made)) {
                    ReferenceCountUtil.release(made.context);
                    left--;
                }
            }
        }
    }

    private SslContext build(KeyMaterial material) throws SSLException {
        var builder =
                SslContextBuilder.forServer(new OneKey(material))
                        .trustManager(clients)
                        .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                        .sessionTimeout(SESSION_SECONDS);
        if (!settings.protocols().isEmpty()) {
            builder.applicationProtocolConfig(
                    new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            settings.protocols()));
        }
        if (settings.oldest() == ServerTlsSettings.TlsVersion.TLS_1_3) {
            builder.protocols("TLSv1.3");
        } else {
            builder.protocols("TLSv1.3", "TLSv1.2");
        }
        if (asked != null) {
            builder.clientAuth(
                    asked.isRequired()
                            ? io.netty.handler.ssl.ClientAuth.REQUIRE
                            : io.netty.handler.ssl.ClientAuth.OPTIONAL);
        }
        if (engine == TlsEngine.JDK) {
            return engine.build(builder);
        }
        builder.option(
                OpenSslContextOption.GROUPS,
                new String[] {"X25519MLKEM768", "x25519", "secp256r1"});
        // Signing is done where it is asked for: the loop would run the task itself at once anyway.
        builder.option(OpenSslContextOption.USE_TASKS, false);
        var context = engine.build(builder);
        var sessions = (OpenSslServerSessionContext) context.sessionContext();
        sessions.setSessionIdContext(sessionContext);
        sessions.setSessionCacheEnabled(false); // tickets keep the state at the client
        useTicketKeys(context);
        return context;
    }

    private void useTicketKeys(SslContext context) {
        if (settings.tickets()
                && context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
            sessions.setTicketKeys(ticketKeys.current());
        }
    }

    private static byte[] digest(String policy) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(policy.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256: absent (expected: in every JDK)", e);
        }
    }

    /** A context, and whether it was asked for of late. */
    private static final class Made {
        private final SslContext context;
        private volatile boolean isUsed = true;

        private Made(SslContext context) {
            this.context = context;
        }
    }
}
