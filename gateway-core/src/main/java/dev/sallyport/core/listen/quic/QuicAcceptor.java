package dev.sallyport.core.listen.quic;

import dev.sallyport.core.downstream.http3.Http3Connection;
import dev.sallyport.core.listen.Datagrams;
import dev.sallyport.core.observe.metrics.LoopMetrics;
import dev.sallyport.core.observe.reason.HandshakeResult;
import dev.sallyport.core.observe.reason.Rejection;
import dev.sallyport.core.rebuild.ClientAddress;
import dev.sallyport.core.rebuild.ClientIdentity;
import dev.sallyport.core.rebuild.Peer;
import dev.sallyport.core.tls.HandshakeListener;
import dev.sallyport.core.tls.mutual.ClientAuth;
import dev.sallyport.core.tls.quic.QuicTls;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/** Takes in the QUIC connections of one listener on one loop: limits, handshake, then HTTP/3. */
final class QuicAcceptor extends ChannelInitializer<Channel> {
    /** Requests of a connection at a time. */
    static final int MOST_STREAMS = 100;

    /** RFC 9000 20.1. */
    private static final int CONNECTION_REFUSED = 0x2;

    /** RFC 9114 8.1: H3_NO_ERROR says too little, and HTTP/3 has not begun. */
    private static final int NO_ACCESS = 0x10b; // H3_REQUEST_REJECTED

    private final QuicServer server;

    QuicAcceptor(QuicServer server) {
        this.server = server;
    }

    @Override
    protected void initChannel(Channel channel) {
        QuicChannel connection = (QuicChannel) channel;
        Datagrams.Terms terms = server.terms();
        LoopMetrics metrics = server.services().exchanges().metrics();
        if (!(connection.remoteSocketAddress() instanceof InetSocketAddress remote)
                || !(connection.localSocketAddress() instanceof InetSocketAddress local)) {
            channel.close();
            return;
        }
        Peer peer = Peer.plain(remote, local, terms.listener(), terms.metric());
        ClientAddress client = peer.address();
        Rejection rejected = server.places().admit(client.key());
        if (rejected != null) {
            metrics.connectionRejected(terms.metric(), rejected);
            connection.close(false, CONNECTION_REFUSED, Unpooled.EMPTY_BUFFER);
            return;
        }
        metrics.connectionAccepted(terms.metric());
        server.began();
        Watch watch = new Watch(server, terms, peer, metrics);
        channel.closeFuture()
                .addListener(closed -> {
                    server.places().leave(client.key());
                    metrics.connectionClosed(terms.metric());
                    watch.closed();
                    server.ended();
                });
        channel.pipeline().addLast(watch);
        watch.begin(connection);
    }

    /** Waits for the end of a handshake: one deadline, one result, then it is gone. */
    private static final class Watch extends ChannelInboundHandlerAdapter {
        private final QuicServer server;
        private final Datagrams.Terms terms;
        private final Peer peer;
        private final LoopMetrics metrics;
        private @Nullable Future<?> deadline;
        private @Nullable String serverName;
        private @Nullable ClientIdentity client;
        private HandshakeResult problem = HandshakeResult.CLOSED;
        private boolean isDone;
        private boolean isServing;

        Watch(QuicServer server, Datagrams.Terms terms, Peer peer, LoopMetrics metrics) {
            this.server = server;
            this.terms = terms;
            this.peer = peer;
            this.metrics = metrics;
        }

        void begin(QuicChannel channel) {
            long patience = terms.tls().settings().handshakeTimeout().toNanos();
            deadline =
                    channel.eventLoop()
                            .schedule(() -> expired(channel), patience, TimeUnit.NANOSECONDS);
        }

        private void expired(QuicChannel channel) {
            if (!isDone) {
                fail(HandshakeResult.TIMEOUT);
                channel.close();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SniCompletionEvent hello) {
                serverName = QuicTls.canonical(hello.hostname());
            } else if (event instanceof SslHandshakeCompletionEvent handshake) {
                if (handshake.isSuccess()) {
                    succeed(ctx);
                } else {
                    failed();
                }
            }
            ctx.fireUserEventTriggered(event);
        }

        private void succeed(ChannelHandlerContext ctx) {
            if (isDone || !isKnown(ctx)) {
                return;
            }
            end();
            metrics.tlsHandshake(HandshakeResult.OK);
            serve(ctx);
            ctx.pipeline().remove(this);
        }

        /** Whether the client's certificate is good, where one was asked for; else it ends. */
        private boolean isKnown(ChannelHandlerContext ctx) {
            ClientAuth clients = terms.tls().settings().clients();
            SSLEngine engine = ((QuicChannel) ctx.channel()).sslEngine();
            if (clients == null || clients.isClosed() || engine == null) {
                return clients == null || !clients.isRequired();
            }
            try {
                var path = clients.client(engine.getSession());
                client = path == null ? null : ClientIdentity.of(path, clients.forward());
                return true;
            } catch (GeneralSecurityException _) {
                fail(HandshakeResult.CLIENT_CERTIFICATE);
                refuse(ctx);
                return false;
            }
        }

        private static void refuse(ChannelHandlerContext ctx) {
            ((QuicChannel) ctx.channel()).close(true, NO_ACCESS, Unpooled.EMPTY_BUFFER);
        }

        /** With 0-RTT, streams come before the end of the handshake. */
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (!isDone && terms.tls().settings().clients() != null) {
                refuse(ctx); // nobody is served before it is known who it is
                return;
            }
            serve(ctx);
            ctx.fireChannelRead(message);
        }

        private void serve(ChannelHandlerContext ctx) {
            if (isServing) {
                return;
            }
            isServing = true;
            QuicChannel channel = (QuicChannel) ctx.channel();
            BooleanSupplier early =
                    terms.takesEarlyData() ? () -> EarlyData.isEarly(channel) : null;
            ctx.pipeline()
                    .addLast(
                            new Http3Connection(
                                    server.services().connections(),
                                    server.services().dispatcher(),
                                    server.tools(),
                                    secured(channel),
                                    early));
        }

        private Peer secured(QuicChannel channel) {
            SSLEngine engine = channel.sslEngine();
            @Nullable String cipher = engine == null ? null : engine.getSession().getCipherSuite();
            Peer.Tls settled =
                    new Peer.Tls(
                            serverName,
                            "TLSv1.3",
                            cipher == null ? "" : cipher,
                            "h3",
                            terms.tls().settings().clients() != null,
                            client);
            return peer.secured(settled, terms.hsts(), null);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // What is wrong with a client's packets; the connection closes where it must.
            failed();
        }

        /** The first reason counts; others follow from it. */
        private void failed() {
            HandshakeResult found =
                    result(server.tls().takeRefusal(peer.address().toInetAddress()));
            if (problem == HandshakeResult.CLOSED) {
                problem = found;
            }
        }

        private static HandshakeResult result(HandshakeListener.@Nullable Failure refusal) {
            if (refusal == null) {
                return HandshakeResult.PROTOCOL;
            }
            return refusal == HandshakeListener.Failure.NO_CLIENT_AUTHORITY
                    ? HandshakeResult.NO_CLIENT_AUTHORITY
                    : HandshakeResult.NO_CERTIFICATE;
        }

        void closed() {
            fail(problem);
        }

        private void fail(HandshakeResult result) {
            if (end()) {
                metrics.tlsHandshake(result);
            }
        }

        private boolean end() {
            boolean isFirst = !isDone;
            isDone = true;
            if (isFirst) {
                server.shookHands();
            }
            Future<?> running = deadline;
            if (running != null) {
                running.cancel(false);
            }
            return isFirst;
        }
    }
}
