package dev.sallyport.core.listen;

import dev.sallyport.config.model.Listener;
import dev.sallyport.core.observe.reason.HandshakeResult;
import dev.sallyport.core.observe.reason.Rejection;
import dev.sallyport.core.rebuild.ClientIdentity;
import dev.sallyport.core.rebuild.Peer;
import dev.sallyport.core.relay.LoopRelays;
import dev.sallyport.core.relay.TcpClaims;
import dev.sallyport.core.relay.TcpClaims.Claim;
import dev.sallyport.core.relay.TcpConnection;
import dev.sallyport.core.relay.TcpRoute;
import dev.sallyport.core.tls.HandshakeListener;
import dev.sallyport.core.tls.ServerTls;
import dev.sallyport.core.tls.TlsSession;
import dev.sallyport.core.tls.peek.HelloPeek;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.security.GeneralSecurityException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The beginning of connections where TCP routes are: who shall have each. */
final class RelayStart {
    private final Channel channel;
    private final LoopServices services;
    private final BoundListener.Terms terms;
    private final Peer peer;
    private final TcpClaims claims;

    private RelayStart(
            Channel channel,
            LoopServices services,
            BoundListener.Terms terms,
            Peer peer,
            TcpClaims claims) {
        this.channel = channel;
        this.services = services;
        this.terms = terms;
        this.peer = peer;
        this.claims = claims;
    }

    /** Whether a connection may be one for TCP routes; it is looked after then. */
    static boolean begins(
            Channel channel, LoopServices services, BoundListener.Terms terms, Peer peer) {
        Listener settings = terms.settings();
        TcpClaims claims = services.relays().table().findTcp(settings.name());
        if (claims == null) {
            if (!settings.isHttp()) {
                reject(channel, services, terms);
            }
            return !settings.isHttp();
        }
        RelayStart start = new RelayStart(channel, services, terms, peer, claims);
        Listener.Tls tls = settings.tls();
        TcpRoute all = claims.all();
        if (tls == null) {
            if (settings.isHttp()) {
                return false;
            }
            start.plain(all);
        } else if (tls.starttls() == Listener.StartTls.POSTGRES) {
            channel.pipeline()
                    .addLast(
                            new PostgresPreamble(
                                    services.exchanges().loop(),
                                    terms.handshakeNanos(),
                                    start::peek,
                                    () -> start.failed(HandshakeListener.Failure.NOT_TLS)));
        } else {
            start.peek();
        }
        return true;
    }

    private static void reject(Channel channel, LoopServices services, BoundListener.Terms terms) {
        services.exchanges().metrics().connectionRejected(terms.metric(), Rejection.NO_ROUTE);
        channel.close();
    }

    private void plain(@Nullable TcpRoute all) {
        if (all == null) {
            reject(channel, services, terms);
        } else {
            channel.pipeline().addLast(new TcpConnection(services.relays(), all, peer, null));
        }
    }

    private void peek() {
        channel.pipeline()
                .addLast(
                        new HelloPeek(
                                services.exchanges().loop(),
                                terms.handshakeNanos(),
                                new HelloPeek.Chooser() {
                                    @Override
                                    public @Nullable ChannelHandler choose(
                                            @Nullable String serverName, List<String> offered) {
                                        return handler(serverName, offered);
                                    }

                                    @Override
                                    public @Nullable ChannelHandler notTls() {
                                        return requests();
                                    }

                                    @Override
                                    public void failed(HandshakeListener.Failure reason) {
                                        RelayStart.this.failed(reason);
                                    }
                                }));
    }

    private @Nullable ChannelHandler handler(@Nullable String serverName, List<String> offered) {
        Claim claim = claims.hellos().find(serverName, offered);
        return switch (claim) {
            case null -> requests();
            case Claim.Requests _ -> requests();
            case Claim.Connections(TcpRoute route) -> connections(route, serverName, offered);
        };
    }

    private @Nullable ChannelHandler connections(
            TcpRoute route, @Nullable String serverName, List<String> offered) {
        LoopRelays relays = services.relays();
        if (route.isPassthrough()) {
            String first = offered.isEmpty() ? null : offered.getFirst();
            return new TcpConnection(
                    relays, route, peer, new TcpConnection.Hello(serverName, first));
        }
        if (offered.size() == 1 && offered.getFirst().equals("acme-tls/1")) {
            // A validation of the name's certificate, which the edge answers (RFC 8737 3).
            return requests();
        }
        RelayTls tls = terms.relayTls();
        ServerTls live = tls == null ? null : tls.find(route.protocols());
        return live == null ? null : live.newHandler(new Secured(relays, route, peer));
    }

    /** The handler of a connection for requests; null where none come in. */
    private @Nullable ChannelHandler requests() {
        ServerTls tls = terms.tls();
        return tls == null ? null : tls.newHandler(Acceptor.secured(services, terms, peer));
    }

    private void failed(HandshakeListener.Failure reason) {
        services.exchanges().metrics().tlsHandshake(Acceptor.result(reason));
    }

    /** What follows the handshake of a connection that the edge ends TLS of. */
    private record Secured(LoopRelays relays, TcpRoute route, Peer peer)
            implements HandshakeListener {
        @Override
        public void completed(Channel channel, TlsSession session) {
            ClientIdentity client;
            try {
                client = Acceptor.identity(session.client());
            } catch (GeneralSecurityException e) {
                failed(channel, Failure.CLIENT_CERTIFICATE, e);
                channel.close();
                return;
            }
            relays.metrics().tlsHandshake(HandshakeResult.OK);
            Peer secured =
                    peer.secured(
                            new Peer.Tls(
                                    session.serverName(),
                                    session.version(),
                                    session.cipher(),
                                    session.protocol(),
                                    session.client() != null,
                                    client),
                            null,
                            null);
            channel.pipeline().addLast(new TcpConnection(relays, route, secured, null));
        }

        @Override
        public void failed(Channel channel, Failure reason, @Nullable Throwable cause) {
            relays.metrics().tlsHandshake(Acceptor.result(reason));
        }
    }
}
