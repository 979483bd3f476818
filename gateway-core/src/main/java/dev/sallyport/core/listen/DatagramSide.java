package dev.sallyport.core.listen;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.config.model.Limits;
import dev.sallyport.config.model.Listener;
import dev.sallyport.core.tls.ServerTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What listeners do over UDP: bound where their settings want HTTP/3, at the port that TCP got.
 * Without it the listener goes on, and says so. Control thread.
 */
final class DatagramSide {
    private static final Logger log = LoggerFactory.getLogger(DatagramSide.class);

    private final Datagrams.Maker maker;
    private final ConnectionLimits places;

    DatagramSide(Datagrams.Maker maker, ConnectionLimits places) {
        this.maker = maker;
        this.places = places;
    }

    /** Binds, keeps or retires, by the listener's terms of the moment. */
    void follow(BoundListener listener, Limits limits) {
        Listener settings = listener.terms().settings();
        Datagrams present = listener.datagrams();
        if (!settings.speaksHttp3()) {
            retire(listener, limits);
            return;
        }
        Datagrams serving = present == null ? bind(listener, limits) : present;
        if (serving != null) {
            listener.datagrams(serving, null);
            listener.terms(listener.terms().withAltSvc(altSvc(settings, listener.port())));
        }
    }

    private @Nullable Datagrams bind(BoundListener listener, Limits limits) {
        Listener settings = listener.terms().settings();
        InetSocketAddress wanted = settings.address().toSocketAddress();
        InetSocketAddress address = new InetSocketAddress(wanted.getAddress(), listener.port());
        try {
            Datagrams bound = maker.bind(address, () -> terms(listener, limits), places);
            log.info("http/3 bound name={} port={}/udp", settings.name(), listener.port());
            return bound;
        } catch (IOException e) {
            String why = "cannot bind port " + listener.port() + "/udp: " + e.getMessage();
            listener.datagrams(null, why);
            log.warn(
                    "http/3 off, the listener speaks its other protocols name={} reason={}",
                    settings.name(),
                    why);
            return null;
        }
    }

    private static Datagrams.Terms terms(BoundListener listener, Limits limits) {
        BoundListener.Terms now = listener.terms();
        Listener.Tls spoken = now.settings().tls();
        ServerTls tls = now.tls();
        if (spoken == null || tls == null) {
            throw new IllegalStateException("a plain listener has no datagrams");
        }
        return new Datagrams.Terms(
                now.settings().name(),
                now.metric(),
                tls,
                now.hsts(),
                spoken.http3().earlyData(),
                limits.keepAliveTimeout());
    }

    private static byte @Nullable [] altSvc(Listener settings, int port) {
        Listener.Tls spoken = settings.tls();
        if (spoken == null || spoken.http3().altSvc().isZero()) {
            return null;
        }
        Listener.Http3 http3 = spoken.http3();
        int told = http3.altSvcPort() == 0 ? port : http3.altSvcPort();
        return ("h3=\":" + told + "\"; ma=" + http3.altSvc().toSeconds()).getBytes(US_ASCII);
    }

    /** Ends what there is, once its connections have. */
    static void retire(BoundListener listener, Limits patience) {
        Datagrams present = listener.datagrams();
        if (present != null) {
            listener.datagrams(null, null);
            present.retire(patience.drainTimeout());
        }
    }

    /** Ends what there is, now. */
    static void close(BoundListener listener) {
        Datagrams present = listener.datagrams();
        if (present != null) {
            listener.datagrams(null, null);
            present.close();
        }
    }
}
