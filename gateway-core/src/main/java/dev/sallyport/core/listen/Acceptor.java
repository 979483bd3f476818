package dev.sallyport.core.listen;

import dev.sallyport.config.model.Listener;
import dev.sallyport.core.downstream.Http1Connection;
import dev.sallyport.core.downstream.h2.Http2Connection;
import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.observe.metrics.LoopMetrics;
import dev.sallyport.core.observe.reason.HandshakeResult;
import dev.sallyport.core.observe.reason.Rejection;
import dev.sallyport.core.proxyheader.ProxyHeader;
import dev.sallyport.core.proxyheader.ProxyHeaderHandler;
import dev.sallyport.core.rebuild.ClientAddress;
import dev.sallyport.core.rebuild.ClientIdentity;
import dev.sallyport.core.rebuild.Peer;
import dev.sallyport.core.tls.HandshakeListener;
import dev.sallyport.core.tls.ServerTls;
import dev.sallyport.core.tls.TlsSession;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in the connections of one listener: limits first, the PROXY header where one must come,
 * then TLS, then the wire.
 */
final class Acceptor extends ChannelInitializer<Channel> {
    private static final Logger log = LoggerFactory.getLogger(Acceptor.class);
    private static final String H2 = Listener.Protocol.H2.alpn();
    private static final String HTTP_11 = Listener.Protocol.HTTP_11.alpn();

    private final List<LoopServices> loops;
    private final ConnectionLimits limits;
    private final Supplier<BoundListener.Terms> terms;

    Acceptor(
            List<LoopServices> loops,
            ConnectionLimits limits,
            Supplier<BoundListener.Terms> terms) {
        this.loops = List.copyOf(loops);
        this.limits = limits;
        this.terms = terms;
    }

    @Override
    protected void initChannel(Channel channel) {
        BoundListener.Terms now = terms.get();
        LoopServices services = services(channel);
        // A client that is gone before it is accepted has no address any more.
        if (!(channel.remoteAddress() instanceof InetSocketAddress remote)
                || !(channel.localAddress() instanceof InetSocketAddress local)) {
            channel.close();
            return;
        }
        Peer peer = Peer.plain(remote, local, now.settings().name(), now.metric());
        Listener.ProxyProtocol proxied = now.settings().proxyProtocol();
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        if (proxied == null) {
            if (isAdmitted(channel, services, now, peer.address())) {
                tellShared(services, peer.address());
                begin(channel, services, now, peer);
            }
        } else if (!proxied.isTrusted(peer.address().raw())) {
            services.exchanges().metrics().connectionRejected(now.metric(), Rejection.PROXY_HEADER);
            channel.close();
        } else if (isAdmitted(channel, services, now, null)) {
            awaitHeader(channel, services, now, peer);
        }
    }

    private void tellShared(LoopServices services, ClientAddress client) {
        if (limits.isPlainlyShared(client)
                && !services.dispatcher().rules().trustedProxies().contains(client)) {
            log.warn(
                    "all clients share one address client={} (that of this network's gateway: a"
                            + " rootless engine, or its proxy of ports, hides who they are; limits"
                            + " for each client count all as one)",
                    client);
        }
    }

    private LoopServices services(Channel channel) {
        for (int i = 0; i < loops.size(); i++) {
            if (loops.get(i).exchanges().loop().eventLoop().equals(channel.eventLoop())) {
                return loops.get(i);
            }
        }
        throw new IllegalStateException("channel of a foreign loop: " + channel);
    }

    /** Takes a place, one of the client's too where it is known, until the channel closes. */
    private boolean isAdmitted(
            Channel channel,
            LoopServices services,
            BoundListener.Terms now,
            @Nullable ClientAddress client) {
        LoopMetrics metrics = services.exchanges().metrics();
        Rejection rejected = client == null ? limits.admit() : limits.admit(client.key());
        if (rejected != null) {
            metrics.connectionRejected(now.metric(), rejected);
            channel.close();
            return false;
        }
        metrics.connectionAccepted(now.metric());
        channel.closeFuture()
                .addListener(closed -> {
                    if (client == null) {
                        limits.leave();
                    } else {
                        limits.leave(client.key());
                    }
                    metrics.connectionClosed(now.metric());
                });
        return true;
    }

    private void awaitHeader(
            Channel channel, LoopServices services, BoundListener.Terms now, Peer proxy) {
        Loop loop = services.exchanges().loop();
        LoopMetrics metrics = services.exchanges().metrics();
        channel.pipeline()
                .addLast(
                        new ProxyHeaderHandler(
                                loop,
                                now.handshakeNanos(),
                                new ProxyHeaderHandler.Listener() {
                                    @Override
                                    public void arrived(ProxyHeader header) {
                                        proxied(channel, services, now, proxy, header);
                                    }

                                    @Override
                                    public void failed(String reason) {
                                        metrics.connectionRejected(
                                                now.metric(), Rejection.PROXY_HEADER);
                                    }
                                }));
    }

    private void proxied(
            Channel channel,
            LoopServices services,
            BoundListener.Terms now,
            Peer proxy,
            ProxyHeader header) {
        InetSocketAddress source = header.source();
        InetSocketAddress destination = header.destination();
        if (source == null || destination == null) {
            begin(channel, services, now, proxy);
            return;
        }
        Peer peer = Peer.plain(source, destination, now.settings().name(), now.metric());
        long client = peer.address().key();
        if (!limits.admitClient(client)) {
            services.exchanges().metrics().connectionRejected(now.metric(), Rejection.CLIENT_LIMIT);
            channel.close();
            return;
        }
        channel.closeFuture().addListener(closed -> limits.leaveClient(client));
        begin(channel, services, now, peer);
    }

    private static void begin(
            Channel channel, LoopServices services, BoundListener.Terms now, Peer peer) {
        if (RelayStart.begins(channel, services, now, peer)) {
            return;
        }
        ServerTls tls = now.tls();
        if (tls == null) {
            serve(channel, services, peer, now.settings().spoken());
        } else {
            channel.pipeline().addLast(tls.newHandler(secured(services, now, peer)));
        }
    }

    /** What follows the handshake of a connection for requests. */
    static HandshakeListener secured(LoopServices services, BoundListener.Terms now, Peer peer) {
        return new Secured(services, peer, now);
    }

    /** Serves without TLS: where both are spoken, the first bytes tell. */
    private static void serve(
            Channel channel, LoopServices services, Peer peer, List<Listener.Protocol> spoken) {
        if (!spoken.contains(Listener.Protocol.H2)) {
            channel.pipeline().addLast(http1(services, peer));
        } else if (!spoken.contains(Listener.Protocol.HTTP_11)) {
            channel.pipeline().addLast(http2(services, peer));
        } else {
            channel.pipeline()
                    .addLast(
                            new PrefaceSniffer(
                                    services.exchanges().loop(),
                                    services.dispatcher().rules().headNanos(),
                                    () -> http1(services, peer),
                                    () -> http2(services, peer)));
        }
    }

    private static ChannelHandler http1(LoopServices services, Peer peer) {
        return new Http1Connection(services.connections(), services.dispatcher(), peer);
    }

    private static ChannelHandler http2(LoopServices services, Peer peer) {
        return new Http2Connection(services.http2(), services.dispatcher(), peer);
    }

    /** What follows a handshake. */
    private record Secured(LoopServices services, Peer peer, BoundListener.Terms terms)
            implements HandshakeListener {
        @Override
        public void completed(Channel channel, TlsSession session) {
            ClientIdentity client;
            try {
                client = identity(session.client());
            } catch (GeneralSecurityException e) {
                failed(channel, Failure.CLIENT_CERTIFICATE, e);
                channel.close();
                return;
            }
            services.exchanges().metrics().tlsHandshake(HandshakeResult.OK);
            String agreed = session.protocol();
            String alpn = agreed == null ? HTTP_11 : agreed;
            if (agreed == null && !terms.settings().spoken().contains(Listener.Protocol.HTTP_11)) {
                // RFC 9113 3.2: who speaks HTTP/2 over TLS says so.
                channel.close();
                return;
            }
            Peer secured =
                    peer.secured(
                            new Peer.Tls(
                                    session.serverName(),
                                    session.version(),
                                    session.cipher(),
                                    alpn,
                                    session.client() != null,
                                    client),
                            terms.hsts(),
                            terms.altSvc());
            channel.pipeline()
                    .addLast(alpn.equals(H2) ? http2(services, secured) : http1(services, secured));
        }

        @Override
        public void validated(Channel channel) {
            services.exchanges().metrics().tlsHandshake(HandshakeResult.CHALLENGE);
        }

        @Override
        public void failed(Channel channel, Failure reason, @Nullable Throwable cause) {
            services.exchanges().metrics().tlsHandshake(result(reason));
            if (reason == Failure.CLIENT_CERTIFICATE) {
                log.debug("client refused client={} reason={}", peer.address(), why(cause));
            }
        }

        /** What verification said, below what the engine made of it. */
        private static String why(@Nullable Throwable cause) {
            for (Throwable at = cause; at != null; at = at.getCause()) {
                if (at instanceof CertificateException) {
                    return String.valueOf(at.getMessage());
                }
            }
            return String.valueOf(cause);
        }
    }

    static @Nullable ClientIdentity identity(TlsSession.@Nullable Client client)
            throws GeneralSecurityException {
        var path = client == null ? null : client.path();
        return client == null || path == null ? null : ClientIdentity.of(path, client.forward());
    }

    static HandshakeResult result(HandshakeListener.Failure reason) {
        return switch (reason) {
            case TIMEOUT -> HandshakeResult.TIMEOUT;
            case GONE, REFUSED_BY_CLIENT -> HandshakeResult.CLOSED;
            case UNKNOWN_NAME, NO_NAME -> HandshakeResult.NO_CERTIFICATE;
            case CLIENT_CERTIFICATE -> HandshakeResult.CLIENT_CERTIFICATE;
            case NO_CLIENT_AUTHORITY -> HandshakeResult.NO_CLIENT_AUTHORITY;
            case NOT_TLS, BAD_HELLO, NO_PROTOCOL, NO_COMMON_TERMS, OTHER ->
                    HandshakeResult.PROTOCOL;
        };
    }
}
