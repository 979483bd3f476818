package dev.sallyport.core.tls;

import io.netty.channel.Channel;
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
    void failed(Channel channel, HandshakeFailure reason, @Nullable Throwable cause);
}
