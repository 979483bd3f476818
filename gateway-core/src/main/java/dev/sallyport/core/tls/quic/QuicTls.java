package dev.sallyport.core.tls.quic;

import dev.sallyport.acme.certificate.CertificateDemand;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.core.tls.HandshakeListener.Failure;
import dev.sallyport.core.tls.NoClients;
import dev.sallyport.core.tls.OneKey;
import dev.sallyport.core.tls.ServerTls;
import dev.sallyport.core.tls.TicketKeys;
import dev.sallyport.core.tls.mutual.ClientAuth;
import dev.sallyport.core.tls.mutual.KnownClients;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.quic.BoringSSLContextOption;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.codec.quic.SslSessionTicketKey;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * TLS of the QUIC connections of one listener on one loop: one handshake context per certificate,
 * made at its first use and let go when the certificate is no longer published. Sessions are
 * resumed across certificates and loops, since what seals them belongs to the listener.
 *
 * <p>A new one is made when the listener's TLS settings change.
 */
public final class QuicTls {
    private static final String[] GROUPS = {"X25519MLKEM768", "X25519", "P-256"};
    private static final String PROTOCOL = "h3";
    private static final long SESSION_SECONDS = 12 * 60 * 60;
    private static final int LONGEST_NAME = 255;
    private static final int MOST_CONTEXTS = 250; // for each loop

    private final ServerTls tls;
    private final SocketAddress local;
    private final TicketKeys ticketKeys;
    private final SecureRandom random;
    private final boolean takesEarlyData;
    private final QuicSslContext first;
    private final Map<KeyMaterial, QuicSslContext> contexts =
            new LinkedHashMap<>(16, 0.75f, true); // the one not used for longest first
    private OpenSslSessionTicketKey @Nullable [] sealing;
    private @Nullable Failure refusal;
    private @Nullable String wanted;

    /**
     * For connections to {@code local}; loads the native library at its first use.
     *
     * @param takesEarlyData whether a resumed session may send requests with its hello (0-RTT)
     */
    public QuicTls(
            ServerTls tls,
            SocketAddress local,
            TicketKeys ticketKeys,
            SecureRandom random,
            boolean takesEarlyData) {
        this.random = random;
        this.tls = tls;
        this.local = local;
        this.ticketKeys = ticketKeys;
        this.takesEarlyData = takesEarlyData;
        // Never shows a certificate of its own: the name in the hello leads to another context.
        this.first = builder(new NoKey()).sni(this::contextOf).build();
    }

    /** The TLS these connections are like. */
    public ServerTls tls() {
        return tls;
    }

    /** The engine of a connection that begins. */
    public QuicSslEngine newEngine(ByteBufAllocator allocator) {
        // The library cannot be told to give no tickets; a key that is forgotten opens none. A
        // session is not resumed past the certificate of its client either.
        OpenSslSessionTicketKey[] current =
                tls.settings().tickets() && clients() == null
                        ? ticketKeys.current()
                        : new OpenSslSessionTicketKey[] {TicketKeys.newKey(random)};
        if (!Arrays.equals(sealing, current)) {
            sealing = current;
            first.sessionContext().setTicketKeys(converted(current));
            for (QuicSslContext context : contexts.values()) {
                context.sessionContext().setTicketKeys(converted(current));
            }
        }
        return first.newEngine(allocator);
    }

    /** Who is believed when asked for a certificate; null when nobody is asked. */
    public @Nullable ClientAuth clients() {
        return tls.settings().clients();
    }

    /**
     * Why the hello looked at last was refused, asked once; null when it was not, or for another
     * reason than its name. A name that no certificate was found for is asked for on behalf of this
     * client: a hello cannot wait here, but the next one, or one by TCP, may find it.
     */
    public @Nullable Failure takeRefusal(InetAddress client) {
        Failure taken = refusal;
        String name = wanted;
        refusal = null;
        wanted = null;
        if (name != null) {
            CertificateDemand.Waiting waiting = tls.want(name, client, () -> {});
            if (waiting != null) {
                waiting.leave();
            }
        }
        return taken;
    }

    /** The name in a hello as it is compared: lower case, without a trailing dot. */
    public static @Nullable String canonical(@Nullable String asked) {
        if (asked == null || asked.isEmpty() || asked.length() > LONGEST_NAME) {
            return null;
        }
        int length = asked.length();
        String name =
                length > 1 && asked.charAt(length - 1) == '.'
                        ? asked.substring(0, length - 1)
                        : asked;
        return name.toLowerCase(Locale.ROOT);
    }

    private @Nullable QuicSslContext contextOf(@Nullable String asked) {
        refusal = null;
        wanted = null;
        String name = canonical(asked);
        ClientAuth clients = clients();
        if (clients != null && clients.isClosed() && clients.isRequired()) {
            refusal = Failure.NO_CLIENT_AUTHORITY;
            return null;
        }
        KeyMaterial material = tls.findMaterial(name, local);
        if (material == null) {
            wanted = name; // whose hello this is, the library does not tell here
            refusal = name == null ? Failure.NO_NAME : Failure.UNKNOWN_NAME;
            return null;
        }
        tls.used(name);
        QuicSslContext present = contexts.get(material);
        if (present == null) {
            retire();
            if (contexts.size() >= MOST_CONTEXTS) {
                contexts.remove(contexts.keySet().iterator().next());
            }
            present = builder(new OneKey(material)).build();
            OpenSslSessionTicketKey @Nullable [] keys = sealing;
            if (keys != null) {
                present.sessionContext().setTicketKeys(converted(keys));
            }
            contexts.put(material, present);
        }
        return present;
    }

    private void retire() {
        for (Iterator<KeyMaterial> each = contexts.keySet().iterator(); each.hasNext(); ) {
            if (!tls.isPublished(each.next())) {
                each.remove(); // connections hold what they use of it
            }
        }
    }

    private QuicSslContextBuilder builder(javax.net.ssl.KeyManager key) {
        QuicSslContextBuilder builder =
                QuicSslContextBuilder.forServer(key, null)
                        .applicationProtocols(PROTOCOL)
                        .earlyData(takesEarlyData && tls.settings().tickets() && clients() == null)
                        .sessionTimeout(SESSION_SECONDS)
                        .option(BoringSSLContextOption.GROUPS, GROUPS);
        ClientAuth clients = clients();
        if (clients == null || clients.isClosed()) {
            return builder.trustManager(new NoClients());
        }
        return builder.trustManager(new KnownClients(clients))
                .clientAuth(
                        clients.isRequired()
                                ? io.netty.handler.ssl.ClientAuth.REQUIRE
                                : io.netty.handler.ssl.ClientAuth.OPTIONAL);
    }

    private static SslSessionTicketKey[] converted(OpenSslSessionTicketKey[] keys) {
        SslSessionTicketKey[] converted = new SslSessionTicketKey[keys.length];
        for (int i = 0; i < keys.length; i++) {
            converted[i] =
                    new SslSessionTicketKey(keys[i].name(), keys[i].hmacKey(), keys[i].aesKey());
        }
        return converted;
    }
}
