package dev.sallyport.core.tls;

import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.core.tls.HandshakeListener.Failure;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.security.cert.Certificate;
import javax.net.ssl.SNIHostName;
import org.jspecify.annotations.Nullable;

/**
 * One handshake of the edge with itself, in memory, before it says that it is ready.
 *
 * <p>Classes and native library of different versions fail only here, at the end of a handshake,
 * and would fail every one of them. It also pays for what the first client would otherwise wait
 * for.
 */
final class SelfHandshake implements HandshakeListener {
    private static final int MOST_ROUNDS = 20;

    private @Nullable TlsSession session;
    private @Nullable Failure failure;
    private @Nullable Throwable cause;

    private SelfHandshake() {}

    /**
     * Shakes hands for {@code name} and fails when the outcome is not TLS with the certificate of
     * {@code material}.
     */
    static TlsSession run(ServerTls tls, TlsEngine engine, KeyMaterial material, String name)
            throws IOException {
        var result = new SelfHandshake();
        var builder =
                SslContextBuilder.forClient()
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .endpointIdentificationAlgorithm(null)
                        .serverName(new SNIHostName(name)); // Netty drops one without a dot
        var context = engine.build(builder);
        var handler = context.newHandler(ByteBufAllocator.DEFAULT);
        var client = new EmbeddedChannel(handler);
        var server = new EmbeddedChannel(tls.newHandler(result));
        try {
            exchange(client, server, result);
            return result.require(name, material, handler);
        } catch (DecoderException e) {
            // The client's side of it: an alert that the edge sent, or no TLS at all.
            throw new IOException(
                    "the edge cannot shake hands with itself for "
                            + name
                            + ": "
                            + (e.getCause() == null ? e : e.getCause()).getMessage()
                            + " (expected: a TLS session)",
                    e);
        } finally {
            client.finishAndReleaseAll();
            server.finishAndReleaseAll();
            ReferenceCountUtil.release(context);
        }
    }

    private static void exchange(
            EmbeddedChannel client, EmbeddedChannel server, SelfHandshake result) {
        for (var round = 0;
                round < MOST_ROUNDS && result.session == null && result.failure == null;
                round++) {
            carry(client, server);
            carry(server, client);
        }
    }

    private static void carry(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        Object message;
        while ((message = from.readOutbound()) != null) {
            to.writeInbound(message);
        }
    }

    private TlsSession require(String name, KeyMaterial material, SslHandler client)
            throws IOException {
        var agreed = session;
        if (agreed == null) {
            throw new IOException(
                    "the edge cannot shake hands with itself for "
                            + name
                            + ": "
                            + (failure == null ? "no end" : failure)
                            + " (expected: a TLS session)",
                    cause);
        }
        Certificate[] shown = client.engine().getSession().getPeerCertificates();
        if (!shown[0].equals(material.leaf())) {
            throw new IOException(
                    "the edge shows another certificate for "
                            + name
                            + " (expected: "
                            + material
                            + ")");
        }
        return agreed;
    }

    @Override
    public void completed(Channel channel, TlsSession session) {
        this.session = session;
    }

    @Override
    public void failed(Channel channel, Failure reason, @Nullable Throwable cause) {
        this.failure = reason;
        this.cause = cause;
    }
}
