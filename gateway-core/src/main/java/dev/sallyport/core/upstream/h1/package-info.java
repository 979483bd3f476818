/**
 * HTTP/1.1 towards servers: connections that carry one exchange at a time.
 *
 * <p>Runs on: the event loop of the exchange.
 *
 * <p>May touch: upstream.place, exchange, http, wire, tunnel, loop, observe, Netty channel.
 *
 * <p>Start reading at: {@code Http1Call}.
 */
@NullMarked
package dev.sallyport.core.upstream.h1;

import org.jspecify.annotations.NullMarked;
