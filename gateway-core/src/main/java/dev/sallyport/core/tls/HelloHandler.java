package dev.sallyport.core.tls;

import dev.sallyport.acme.certificate.CertificateDemand;
import dev.sallyport.core.tls.HandshakeListener.Failure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds the first bytes of a connection until the hello is whole, then puts the handler of the
 * chosen certificate in its own place; or refuses with an alert.
 */
final class HelloHandler extends SslClientHelloHandler<SslHandler> {
    /**
     * BoringSSL refuses a longer one anyway; honest ones with a post-quantum share are about 1.8
     * KiB.
     */
    private static final int LONGEST_HELLO = 16 * 1024;

    /** Hellos in fragments of a few bytes carry a header each; nobody needs this many. */
    private static final int MOST_BYTES = 2 * LONGEST_HELLO;

    private final ServerTls tls;
    private final HandshakeWatch watch;
    private final HandshakeListener listener;
    private int received;
    private @Nullable Wait wait;

    HelloHandler(ServerTls tls, HandshakeListener listener) {
        super(LONGEST_HELLO);
        this.tls = tls;
        this.listener = listener;
        this.watch = new HandshakeWatch(listener);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.pipeline().addAfter(ctx.name(), null, watch);
        watch.begin(ctx.channel(), tls.handshakeTimeout());
        if (ctx.channel().isActive()) {
            readFirst(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
        super.channelActive(ctx);
        readFirst(ctx);
    }

    /**
     * Who paces reads does so from the session on; up to there it is this side that wants bytes.
     */
    private static void readFirst(ChannelHandlerContext ctx) {
        if (!ctx.channel().config().isAutoRead()) {
            ctx.read();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (watch.isDone()) {
            ReferenceCountUtil.release(message);
            return;
        }
        received += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        if (received > MOST_BYTES) {
            ReferenceCountUtil.release(message);
            refuse(ctx, Alert.DECODE_ERROR, Failure.BAD_HELLO);
            return;
        }
        super.channelRead(ctx, message);
    }

    @Override
    protected Future<SslHandler> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf body)
            throws Exception {
        SslHandler chosen = null;
        if (watch.isDone()) {
            // Refused before: the decoder looks at what it holds once more when the channel closes.
            return ctx.executor().newSucceededFuture(null);
        }
        if (body == null) {
            watch.fail(Failure.NOT_TLS, null);
            ctx.close();
        } else {
            var hello = ClientHello.read(body, tls.spoken());
            if (hello == null) {
                refuse(ctx, Alert.DECODE_ERROR, Failure.BAD_HELLO);
            } else {
                chosen = choose(ctx, hello);
            }
        }
        return wait == null ? ctx.executor().newSucceededFuture(chosen) : wait.promise;
    }

    /** Whether a hello waits for a certificate on demand from now on. */
    private boolean waits(ChannelHandlerContext ctx, ClientHello hello, String name) {
        var begun = new Wait(ctx, hello);
        var waiting =
                tls.want(
                        name,
                        listener.client(ctx.channel()),
                        () -> ctx.executor().execute(begun::end));
        if (waiting == null) {
            return false;
        }
        wait = begun;
        begun.waits(waiting);
        return true;
    }

    /** One hello that waits for a certificate; on the loop alone. */
    private final class Wait {
        private final ChannelHandlerContext ctx;
        private final ClientHello hello;
        private final Promise<SslHandler> promise;
        private CertificateDemand.@Nullable Waiting waiting;
        private @Nullable Future<?> deadline;

        Wait(ChannelHandlerContext ctx, ClientHello hello) {
            this.ctx = ctx;
            this.hello = hello;
            this.promise = ctx.executor().newPromise();
        }

        void waits(CertificateDemand.Waiting begun) {
            waiting = begun;
            deadline =
                    ctx.executor()
                            .schedule(this::end, begun.patience().toNanos(), TimeUnit.NANOSECONDS);
        }

        /** It is there, or will not be, or not in time: what there is now counts. */
        void end() {
            if (promise.isDone()) {
                return;
            }
            leave();
            try {
                promise.setSuccess(
                        ctx.channel().isActive() && !watch.isDone() ? choose(ctx, hello) : null);
            } catch (Exception e) {
                promise.setFailure(e);
            }
        }

        /** The channel is gone. */
        void drop() {
            if (!promise.isDone()) {
                leave();
                promise.setSuccess(null);
            }
        }

        private void leave() {
            if (waiting != null) {
                waiting.leave();
            }
            if (deadline != null) {
                deadline.cancel(false);
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        if (wait != null) {
            wait.drop();
        }
        super.channelInactive(ctx);
    }

    private @Nullable SslHandler choose(ChannelHandlerContext ctx, ClientHello hello)
            throws Exception {
        var name = hello.serverName();
        switch (hello.offer()) {
            case CHALLENGE -> {
                return challenge(ctx, name);
            }
            // RFC 7301 3.2. The engine would go on without a protocol, and another's bytes would be
            // read as ours.
            case NOTHING_COMMON -> {
                refuse(ctx, Alert.NO_APPLICATION_PROTOCOL, Failure.NO_PROTOCOL);
                return null;
            }
            case NONE, COMMON -> {}
        }
        var material = tls.findMaterial(name, ctx.channel().localAddress());
        if (material == null && name != null && wait == null && waits(ctx, hello, name)) {
            return null;
        }
        if (material == null) {
            // RFC 8446 9.2 names the alert for a server that requires a name
            if (name == null) {
                refuse(ctx, Alert.MISSING_EXTENSION, Failure.NO_NAME);
            } else {
                refuse(ctx, Alert.UNRECOGNIZED_NAME, Failure.UNKNOWN_NAME);
            }
            return null;
        }
        var asked = tls.asks(name);
        if (asked != null && asked.isClosed() && asked.isRequired()) {
            refuse(ctx, Alert.INTERNAL_ERROR, Failure.NO_CLIENT_AUTHORITY);
            return null;
        }
        tls.used(name);
        watch.serverName(name);
        watch.asks(asked);
        return tls.newHandler(material, asked, ctx.alloc());
    }

    /** RFC 8737 3: a validation must never see the certificate of a site. */
    private @Nullable SslHandler challenge(ChannelHandlerContext ctx, @Nullable String name)
            throws Exception {
        var material = tls.findChallenge(name);
        if (material == null) {
            refuse(ctx, Alert.UNRECOGNIZED_NAME, Failure.UNKNOWN_NAME);
            return null;
        }
        watch.serverName(name);
        watch.expectValidation();
        return tls.newChallengeHandler(material, ctx.alloc());
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, Future<SslHandler> future) {
        if (!future.isSuccess()) {
            watch.fail(Failure.OTHER, future.cause());
            ctx.close();
            return;
        }
        var handler = future.getNow();
        if (handler == null) {
            return;
        }
        boolean isIn = false;
        try {
            ctx.pipeline().replace(this, null, handler);
            isIn = true;
        } finally {
            if (!isIn) {
                // Nobody else knows the engine of a handler that never came into a pipeline.
                ReferenceCountUtil.safeRelease(handler.engine());
            }
        }
    }

    private void refuse(ChannelHandlerContext ctx, Alert alert, Failure reason) {
        watch.fail(reason, null);
        alert.sendAndClose(ctx);
    }

    /**
     * The fatal alerts the edge sends by itself, before there is an engine to do it (RFC 8446 6.2).
     */
    private enum Alert {
        DECODE_ERROR(50),
        INTERNAL_ERROR(80),
        MISSING_EXTENSION(109),
        UNRECOGNIZED_NAME(112),
        NO_APPLICATION_PROTOCOL(120);

        private final int description;

        Alert(int description) {
            this.description = description;
        }

        void sendAndClose(ChannelHandlerContext ctx) {
            var alert = ctx.alloc().directBuffer(7);
            // a record of type alert, legacy version 1.2, two bytes: fatal and why
            alert.writeByte(21)
                    .writeShort(0x0303)
                    .writeShort(2)
                    .writeByte(2)
                    .writeByte(description);
            ctx.writeAndFlush(alert).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
