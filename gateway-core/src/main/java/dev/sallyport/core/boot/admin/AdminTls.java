package dev.sallyport.core.boot.admin;

import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import dev.sallyport.acme.trust.Authorities;
import dev.sallyport.acme.trust.AuthorityFiles;
import dev.sallyport.config.model.certificate.ClientNames;
import dev.sallyport.core.boot.admin.AdminRefusals.Reason;
import dev.sallyport.core.tls.OneKey;
import dev.sallyport.core.tls.mutual.EdgeKey;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ObjLongConsumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS at the admin address: the certificate shown, and the authorities that clients' certificates
 * must lead to. Both follow their sources by {@link #refresh}; connections take what holds when
 * they begin. Each connection has a context of its own, so that no session outlives an authority.
 */
public final class AdminTls {
    private static final Logger log = LoggerFactory.getLogger(AdminTls.class);

    private final EdgeKey key;
    private final @Nullable AuthorityFiles authorities;
    private final ClientNames names;
    private final Clock clock;
    private final AdminRefusals refusals = new AdminRefusals();
    private volatile KeyMaterial shown;
    private volatile List<String> problems = List.of();

    private AdminTls(
            EdgeKey key, @Nullable AuthorityFiles authorities, ClientNames names, Clock clock)
            throws UnusableCertificateException {
        this.key = key;
        this.authorities = authorities;
        this.names = names;
        this.clock = clock;
        this.shown = key.current();
    }

    /**
     * Reads key and authorities.
     *
     * @param key what is shown
     * @param authorities PEM files of those that issue to clients; none ask nobody
     * @param names whom of their clients to let in
     * @throws UnusableCertificateException when there is nothing to show; authorities that cannot
     *     be read let nobody in instead, see {@link #problems}
     */
    public static AdminTls create(
            EdgeKey key, List<Path> authorities, ClientNames names, Clock clock)
            throws UnusableCertificateException {
        AdminTls tls =
                new AdminTls(
                        key,
                        authorities.isEmpty() ? null : AuthorityFiles.open(authorities, clock),
                        names,
                        clock);
        tls.refresh();
        return tls;
    }

    /** Looks at key and authorities again; tells each problem once, when it begins. Blocking. */
    public void refresh() {
        List<String> now = new ArrayList<>();
        try {
            KeyMaterial present = key.current();
            if (!present.equals(shown)) {
                shown = present;
                log.info("admin certificate changed until={}", present.notAfter());
            }
        } catch (UnusableCertificateException e) {
            now.add("admin.tls: " + e.getMessage());
        }
        if (authorities != null) {
            authorities.refresh();
            for (String each : authorities.problems()) {
                now.add("admin.tls.client-certificates: " + each);
            }
        }
        for (String each : now) {
            if (!problems.contains(each)) {
                log.error("admin interface not as configured reason={}", each);
            }
        }
        problems = List.copyOf(now);
    }

    /** What is wrong at present. */
    public List<String> problems() {
        return problems;
    }

    /** Whether a Host, without its port, is what the certificate was issued for. */
    boolean isNamed(String host) {
        KeyMaterial present = shown;
        if (present.names().contains(host.toLowerCase(Locale.ROOT))) {
            return true;
        }
        try {
            String literal = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            return present.addresses().contains(InetAddress.ofLiteral(literal));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /**
     * Shakes hands with a client and asks for its certificate where that is wanted. Blocking: who
     * calls closes {@code client} when it takes too long.
     */
    Socket secure(SocketChannel client) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            Authorities believed = authorities == null ? null : authorities.current();
            AdminClients clients =
                    new AdminClients(believed == null ? Authorities.NONE : believed, names, clock);
            context.init(new KeyManager[] {new OneKey(shown)}, new TrustManager[] {clients}, null);
            SSLSocket socket =
                    (SSLSocket)
                            context.getSocketFactory().createSocket(client.socket(), null, true);
            socket.setUseClientMode(false);
            socket.setNeedClientAuth(believed != null);
            restrict(socket);
            try {
                socket.startHandshake();
            } catch (SSLException e) {
                count(e, clients.refusal(), believed);
                throw e;
            }
            return socket;
        } catch (GeneralSecurityException e) {
            throw new IOException("no TLS: " + e.getMessage(), e);
        }
    }

    private void count(
            SSLException failure, @Nullable Reason refusal, @Nullable Authorities believed) {
        if (failure.getCause() instanceof EOFException) {
            return; // it left by itself, as who looks whether the port is open
        }
        if (believed != null && believed.isEmpty()) {
            refusals.count(Reason.NO_AUTHORITY);
        } else if (refusal != null) {
            refusals.count(refusal);
        } else {
            refusals.count(isWithout(failure) ? Reason.NO_CERTIFICATE : Reason.PROTOCOL);
        }
    }

    /** The JDK tells nobody of a client without a certificate but in words. */
    private static boolean isWithout(SSLException failure) {
        return String.valueOf(failure.getMessage()).contains("Empty client certificate chain");
    }

    /** Clients not let in, by reason. */
    void refusals(ObjLongConsumer<String> taker) {
        refusals.counts(taker);
    }

    /** TLS 1.2 and 1.3, with ciphers that authenticate and keys that are forgotten. */
    static void restrict(SSLSocket socket) {
        socket.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        socket.setEnabledCipherSuites(
                Arrays.stream(socket.getSupportedCipherSuites())
                        .filter(AdminTls::isStrong)
                        .toArray(String[]::new));
    }

    private static boolean isStrong(String suite) {
        boolean isForgotten = suite.startsWith("TLS_ECDHE_") || !suite.contains("_WITH_");
        return isForgotten && (suite.contains("_GCM_") || suite.contains("_CHACHA20_"));
    }
}
