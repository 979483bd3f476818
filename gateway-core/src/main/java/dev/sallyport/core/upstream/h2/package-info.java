/**
 * HTTP/2 towards servers: connections that many exchanges share, and what each of them does there.
 *
 * <p>Runs on: the event loop of the exchange.
 *
 * <p>May touch: upstream.place, exchange, http, tunnel, loop, observe, Netty channel and HTTP/2
 * codec.
 *
 * <p>Start reading at: {@code Http2Link}.
 */
@NullMarked
package dev.sallyport.core.upstream.h2;

import org.jspecify.annotations.NullMarked;
