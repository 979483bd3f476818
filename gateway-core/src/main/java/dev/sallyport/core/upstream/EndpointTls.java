package dev.sallyport.core.upstream;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;

/** Makes the TLS side of connections to an upstream's endpoints: whom to trust, and as whom. */
public interface EndpointTls {
    /**
     * A handler for one connection, not yet in a pipeline; {@code host} is the endpoint's. Loop.
     *
     * @param http1 whether HTTP/1.1 is all that is offered, in place of what the upstream speaks
     */
    SslHandler newHandler(ByteBufAllocator allocator, String host, int port, boolean http1);
}
