package dev.sallyport.core.tls;

import dev.sallyport.acme.certificate.CertificateDemand;
import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.challenge.ChallengeBoard;
import dev.sallyport.core.tls.mutual.ClientAuth;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards the clients of one listener: from the name in the hello to the certificate shown.
 *
 * <p>The certificate is chosen so: the one for the name asked for; for an address in place of a
 * name, or no name at all, the one that names the local address, else the only one there is; else
 * the one of {@code defaultName} where the settings give it. Where none is found the client gets an
 * alert, never somebody else's certificate and never plain text.
 *
 * <p>Lives as long as its settings: certificates come and go in the store meanwhile, and sessions
 * are resumed across that. {@link #maintain} is for a control thread; the rest runs on event loops.
 */
public final class ServerTls implements AutoCloseable {
    private final ServerTlsSettings settings;
    private final CertificateStore store;
    private final ChallengeBoard challenges;
    private final TlsEngine engine;
    private final Sessions plain;
    private final @Nullable Sessions asking;
    private final Runnable onChange;
    private final byte[][] spoken;

    private ServerTls(
            ServerTlsSettings settings,
            CertificateStore store,
            ChallengeBoard challenges,
            TlsEngine engine,
            Sessions plain,
            @Nullable Sessions asking) {
        this.settings = settings;
        this.store = store;
        this.challenges = challenges;
        this.engine = engine;
        this.plain = plain;
        this.asking = asking;
        this.onChange = this::retire;
        this.spoken = new byte[settings.protocols().size()][];
        for (var i = 0; i < spoken.length; i++) {
            spoken[i] = settings.protocols().get(i).getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** Begins to follow the store; {@link #close} ends it. */
    public static ServerTls create(
            ServerTlsSettings settings,
            CertificateStore store,
            ChallengeBoard challenges,
            TlsEngine engine,
            Clock clock,
            SecureRandom random) {
        var clients = settings.clients();
        var keys = new TicketKeys(clock, random);
        var plain = new Sessions(keys, new ServerContexts(settings, store, engine, keys, null));
        Sessions asking = null;
        if (clients != null && !clients.isClosed()) {
            var own = new TicketKeys(clock, random);
            asking = new Sessions(own, new ServerContexts(settings, store, engine, own, clients));
        }
        var tls = new ServerTls(settings, store, challenges, engine, plain, asking);
        store.onChange(tls.onChange);
        return tls;
    }

    /**
     * The first handler of a new connection; after the handshake only the TLS handler is left of
     * it.
     */
    public ChannelHandler newHandler(HandshakeListener listener) {
        return new HelloHandler(this, listener);
    }

    /**
     * Shakes hands with itself once and throws when that fails; null when there is no certificate
     * to do it with. To be called before the listener opens. Blocking.
     */
    public @Nullable TlsSession checkHandshake() throws IOException {
        if (settings.clients() != null) {
            // It has no certificate of a client to give.
            var unasked =
                    create(
                            settings.withoutClients(),
                            store,
                            challenges,
                            engine,
                            Clock.systemUTC(),
                            new SecureRandom());
            try (unasked) {
                return unasked.checkHandshake();
            }
        }
        for (var material : store.all()) {
            var name =
                    material.names().isEmpty()
                            ? null
                            : material.names().getFirst().replace("*", "self");
            if (name != null && material.equals(store.find(name))) {
                return SelfHandshake.run(this, engine, material, name);
            }
        }
        return null;
    }

    /**
     * Makes a new ticket key when it is time, at most every 12 hours. Blocking; call it now and
     * then.
     */
    public void maintain() {
        plain.maintain();
        if (asking != null) {
            asking.maintain();
        }
        retire();
    }

    private void retire() {
        plain.contexts().retire();
        if (asking != null) {
            asking.contexts().retire();
        }
    }

    @Override
    public void close() {
        store.forget(onChange);
        plain.contexts().close();
        if (asking != null) {
            asking.contexts().close();
        }
    }

    int contextCount() {
        return plain.contexts().size() + (asking == null ? 0 : asking.contexts().size());
    }

    Duration handshakeTimeout() {
        return settings.handshakeTimeout();
    }

    byte[][] spoken() {
        return spoken;
    }

    /** What it was made of. */
    public ServerTlsSettings settings() {
        return settings;
    }

    /** Whether a certificate is still published. */
    public boolean isPublished(KeyMaterial material) {
        return store.contains(material);
    }

    /**
     * The certificate for a client that asked for {@code name}, in lower case without a trailing
     * dot, at the address {@code local}; null when it is to be refused.
     */
    public @Nullable KeyMaterial findMaterial(@Nullable String name, SocketAddress local) {
        KeyMaterial found = null;
        if (name == null) {
            found =
                    local instanceof InetSocketAddress socket
                            ? store.find(socket.getAddress())
                            : null;
        } else {
            // RFC 6066 3 forbids addresses here, but some clients send them
            found = isAddress(name) ? findByAddress(name) : store.find(name);
        }
        if (found == null && (name == null || isAddress(name))) {
            found = store.findOnly();
        }
        var defaultName = settings.defaultName();
        return found == null && defaultName != null ? store.find(defaultName) : found;
    }

    /**
     * Asks for the certificate of a name that none was found for.
     *
     * @return how to wait; null when it will not be had
     */
    public CertificateDemand.@Nullable Waiting want(
            String name, @Nullable InetAddress client, Runnable then) {
        var demand = store.demand();
        return demand == null ? null : demand.want(name, client, then);
    }

    /** A client is shown the certificate found for this name. */
    public void used(@Nullable String name) {
        var demand = store.demand();
        if (demand != null && name != null) {
            demand.used(name);
        }
    }

    private @Nullable KeyMaterial findByAddress(String name) {
        try {
            return store.find(InetAddress.ofLiteral(name));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isAddress(String name) {
        var last = name.charAt(name.length() - 1);
        return (last >= '0' && last <= '9' && name.indexOf('.') > 0 && isDotted(name))
                || name.indexOf(':') >= 0;
    }

    private static boolean isDotted(String name) {
        for (var i = 0; i < name.length(); i++) {
            var c = name.charAt(i);
            if (c != '.' && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    /** The certificate a validation of this name must see; null when none is pending. */
    @Nullable KeyMaterial findChallenge(@Nullable String name) {
        return challenges.findCertificate(name);
    }

    SslHandler newChallengeHandler(KeyMaterial material, ByteBufAllocator allocator)
            throws SSLException {
        var handler = plain.contexts().newChallengeHandler(material, allocator);
        handler.setHandshakeTimeoutMillis(0); // as below
        return handler;
    }

    /** Whom a client of this name is asked to be known by; null when it is not asked. */
    @Nullable ClientAuth asks(@Nullable String name) {
        var clients = settings.clients();
        return clients != null && clients.asks(name) ? clients : null;
    }

    SslHandler newHandler(
            KeyMaterial material, @Nullable ClientAuth asked, ByteBufAllocator allocator)
            throws SSLException {
        var sessions = asked == null || asking == null ? plain : asking;
        var handler = sessions.contexts().newHandler(material, allocator);
        handler.setHandshakeTimeoutMillis(0); // the watch has one deadline for all, from accept on
        if (!settings.tickets()
                && handler.engine() instanceof ReferenceCountedOpenSslEngine counted) {
            withoutTickets(counted);
        }
        return handler;
    }

    @SuppressWarnings(
            "deprecation") // the pointer: Netty turns tickets on for TLS 1.3 per engine, with no
    // switch
    private static void withoutTickets(ReferenceCountedOpenSslEngine engine) {
        SSL.setOptions(engine.sslPointer(), SSL.SSL_OP_NO_TICKET);
    }

    /** Contexts and what seals their tickets, which no others open. */
    private record Sessions(TicketKeys ticketKeys, ServerContexts contexts) {
        void maintain() {
            if (ticketKeys.turnIfDue()) {
                contexts.turnTicketKeys();
            }
        }
    }
}
