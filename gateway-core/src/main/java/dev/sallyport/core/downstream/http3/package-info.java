/**
 * HTTP/3 towards clients (RFC 9114): frames, field sections, and streams that are exchanges.
 *
 * <p>Runs on: the event loop of the connection.
 *
 * <p>May touch: downstream, exchange, http, rebuild, wire, tunnel, loop, Netty QUIC.
 *
 * <p>Start reading at: {@code Http3Connection}, then {@code Http3Stream}.
 */
@NullMarked
package dev.sallyport.core.downstream.http3;

import org.jspecify.annotations.NullMarked;
