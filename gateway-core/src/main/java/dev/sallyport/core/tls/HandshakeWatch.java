package dev.sallyport.core.tls;

import dev.sallyport.core.tls.HandshakeListener.Failure;
import dev.sallyport.core.tls.mutual.ClientAuth;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Waits behind the handshake of one connection: one deadline from accept on, one result, then it is
 * gone.
 */
final class HandshakeWatch extends ChannelInboundHandlerAdapter implements Runnable {
    private final HandshakeListener listener;
    private @Nullable Channel channel;
    private @Nullable Future<?> deadline;
    private @Nullable String serverName;
    private @Nullable ClientAuth asked;
    private boolean validates;
    private boolean done;

    HandshakeWatch(HandshakeListener listener) {
        this.listener = listener;
    }

    void begin(Channel channel, Duration timeout) {
        this.channel = channel;
        deadline = channel.eventLoop().schedule(this, timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    void serverName(@Nullable String name) {
        serverName = name;
    }

    /** Who is believed when asked for a certificate; null when nobody is asked. */
    void asks(@Nullable ClientAuth clients) {
        asked = clients;
    }

    /** The other side is an authority that looks at a challenge: nothing follows the handshake. */
    void expectValidation() {
        validates = true;
    }

    boolean isDone() {
        return done;
    }

    /** Tells the reason, once; closing is up to the caller. */
    void fail(Failure reason, @Nullable Throwable cause) {
        if (end() && channel != null) {
            listener.failed(channel, reason, cause);
        }
    }

    /** The deadline. */
    @Override
    public void run() {
        var open = channel;
        if (!done && open != null) {
            fail(Failure.TIMEOUT, null);
            open.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                succeed(ctx);
            } else {
                fail(reason(handshake.cause()), handshake.cause());
            }
        } else if (event instanceof SniCompletionEvent hello && !hello.isSuccess()) {
            fail(reason(hello.cause()), hello.cause());
        }
    }

    private void succeed(ChannelHandlerContext ctx) {
        var handler = ctx.pipeline().get(SslHandler.class);
        if (handler == null || done) {
            return;
        }
        if (validates) {
            end();
            listener.validated(ctx.channel());
            ctx.channel().close();
            return;
        }
        var engine = handler.engine();
        var session = engine.getSession();
        TlsSession.Client client;
        try {
            client = client(session);
        } catch (CertificateException e) {
            fail(Failure.CLIENT_CERTIFICATE, e);
            ctx.channel().close();
            return;
        }
        end();
        var agreed =
                new TlsSession(
                        serverName,
                        handler.applicationProtocol(),
                        session.getProtocol(),
                        session.getCipherSuite(),
                        engine instanceof ReferenceCountedOpenSslEngine counted
                                && isResumed(counted),
                        client);
        ctx.pipeline().remove(this);
        listener.completed(ctx.channel(), agreed);
    }

    private TlsSession.@Nullable Client client(SSLSession session) throws CertificateException {
        var clients = asked;
        if (clients == null) {
            return null;
        }
        @Nullable List<X509Certificate> path = clients.isClosed() ? null : clients.client(session);
        return new TlsSession.Client(path, clients.forward());
    }

    @SuppressWarnings(
            "deprecation") // the pointer: nothing else tells, and the engine is alive here
    private static boolean isResumed(ReferenceCountedOpenSslEngine engine) {
        return SSL.isSessionReused(engine.sslPointer());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(reason(cause), cause);
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(Failure.GONE, null);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message); // only after a refusal: nobody is left to read it
    }

    private boolean end() {
        var first = !done;
        done = true;
        if (deadline != null) {
            deadline.cancel(false);
        }
        return first;
    }

    private static Failure reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return Failure.CLIENT_CERTIFICATE;
            }
            if (cause instanceof NotSslRecordException) {
                return Failure.NOT_TLS;
            }
            if (cause instanceof TooLongFrameException) {
                return Failure.BAD_HELLO;
            }
            if (cause instanceof ClosedChannelException || isReset(cause)) {
                return Failure.GONE;
            }
            var message = cause.getMessage();
            if (message != null) {
                var known = reason(message);
                if (known != Failure.OTHER) {
                    return known;
                }
            }
        }
        return Failure.OTHER;
    }

    private static boolean isReset(Throwable cause) {
        return cause instanceof IOException && !(cause instanceof SSLException);
    }

    /** BoringSSL's names for what went wrong, and the JDK's words. */
    private static Failure reason(String message) {
        if (message.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")
                || message.contains("Empty client certificate chain")) {
            return Failure.CLIENT_CERTIFICATE;
        }
        if (message.contains("NO_SHARED_CIPHER")
                || message.contains("UNSUPPORTED_PROTOCOL")
                || message.contains("NO_SHARED_GROUP")
                || message.contains("WRONG_CURVE")
                || message.contains("NO_COMMON_SIGNATURE")
                || message.contains("Unable to find key material")
                || message.contains("no cipher suites in common")
                || message.contains("protocol version")
                || message.contains("INAPPROPRIATE_FALLBACK")) {
            return Failure.NO_COMMON_TERMS;
        }
        if (message.contains("ALERT") || message.contains("Received fatal alert")) {
            return Failure.REFUSED_BY_CLIENT;
        }
        return Failure.OTHER;
    }
}
