package dev.sallyport.core.listen;

import dev.sallyport.config.model.Listener;
import dev.sallyport.core.loop.Loops;
import dev.sallyport.core.tls.ServerTls;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A listener that is bound. Its settings other than the address may change while it is; connections
 * accepted later follow the new ones.
 */
final class BoundListener {
    private final List<Channel> channels;
    private final int port;
    private int longest;
    private final AtomicReference<Terms> terms;

    /**
     * What a new connection is served by.
     *
     * @param tls of requests; null where none come in over TLS
     * @param relayTls of TCP routes; null where there is no TLS
     */
    record Terms(
            Listener settings,
            int metric,
            @Nullable ServerTls tls,
            @Nullable RelayTls relayTls,
            long handshakeNanos,
            byte @Nullable [] hsts,
            byte @Nullable [] altSvc) {
        /** The same; {@code value} is what tells clients where HTTP/3 is spoken. */
        Terms withAltSvc(byte @Nullable [] value) {
            return new Terms(settings, metric, tls, relayTls, handshakeNanos, hsts, value);
        }

        static Terms of(
                Listener settings,
                int metric,
                @Nullable ServerTls tls,
                @Nullable RelayTls relayTls,
                long handshakeNanos) {
            Listener.Tls spoken = settings.tls();
            long seconds = spoken == null ? 0 : spoken.hsts().toSeconds();
            return new Terms(
                    settings,
                    metric,
                    tls,
                    relayTls,
                    handshakeNanos,
                    seconds == 0
                            ? null
                            : ("max-age=" + seconds).getBytes(StandardCharsets.US_ASCII),
                    null);
        }

        void close() {
            if (tls != null) {
                tls.close();
            }
            if (relayTls != null) {
                relayTls.close();
            }
        }
    }

    private @Nullable Datagrams datagrams;
    private @Nullable String datagramProblem;

    BoundListener(List<Channel> channels, int port, int longest, AtomicReference<Terms> terms) {
        this.channels = List.copyOf(channels);
        this.port = port;
        this.longest = longest;
        this.terms = terms;
    }

    Terms terms() {
        return terms.get();
    }

    void terms(Terms changed) {
        terms.set(changed);
    }

    /** The port in use, also when any was asked for. */
    int port() {
        return port;
    }

    /** What serves its address over UDP; null when nothing does. */
    @Nullable Datagrams datagrams() {
        return datagrams;
    }

    /** Why nothing serves its address over UDP although it should; null when all is well. */
    @Nullable String datagramProblem() {
        return datagramProblem;
    }

    /** What serves its address over UDP from now on, or why nothing does. */
    void datagrams(@Nullable Datagrams serving, @Nullable String problem) {
        datagrams = serving;
        datagramProblem = problem;
    }

    /** The longest datagram there is room for; 0 on listeners for connections. */
    int longest() {
        return longest;
    }

    /**
     * Gives sockets for datagrams room for such as long as this. Never takes any away: what is read
     * while settings change must not be cut.
     */
    void longest(Loops loops, int wanted) {
        longest = Math.max(longest, wanted);
        for (Channel channel : channels) {
            loops.longest(channel, longest);
        }
    }

    /** Accepts no more. Blocks until the sockets are closed; those of datagrams stay meanwhile. */
    void unbind() {
        Datagrams serving = datagrams;
        if (serving != null) {
            serving.refuse();
        }
        for (Channel channel : channels) {
            channel.close().awaitUninterruptibly();
        }
    }
}
