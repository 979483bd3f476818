package dev.sallyport.core.tls;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Who continues after the handshake; called once per connection, on its event loop. */
public interface HandshakeListener {
    /**
     * The session stands; add the handlers of its protocol to the pipeline now, before any byte
     * arrives.
     */
    void completed(Channel channel, TlsSession session);

    /**
     * There is no session and the channel closes. The cause is absent where the reason says all.
     */
    void failed(Channel channel, Failure reason, @Nullable Throwable cause);

    /** Who the client is; null where that is not known. */
    default @Nullable InetAddress client(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote
                ? remote.getAddress()
                : null;
    }

    /** An authority saw the certificate of a challenge; the channel closes. */
    default void validated(Channel channel) {}

    /** Why a connection never became a TLS session; few, so that they may label a metric. */
    enum Failure {
        /** The first bytes are not TLS. */
        NOT_TLS,
        /** The hello is malformed or larger than any honest one. */
        BAD_HELLO,
        /** No certificate for the name the client asked for. */
        UNKNOWN_NAME,
        /** The client named nobody and no certificate is the obvious one. */
        NO_NAME,
        /** The client offers only application protocols not spoken here. */
        NO_PROTOCOL,
        /** The client has no certificate, or one that is not good; the cause says why. */
        CLIENT_CERTIFICATE,
        /** No authority for the certificates of clients can be read, so nobody is let in. */
        NO_CLIENT_AUTHORITY,
        /** No common version or cipher. */
        NO_COMMON_TERMS,
        /** The client refused, usually our certificate. */
        REFUSED_BY_CLIENT,
        /** The client went away. */
        GONE,
        /** Not done in time. */
        TIMEOUT,
        /** Anything else; the cause says what. */
        OTHER
    }
}
