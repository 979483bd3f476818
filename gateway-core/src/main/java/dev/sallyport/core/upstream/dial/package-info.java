/**
 * Connections and sockets to endpoints for what is no HTTP: TCP routes and UDP routes.
 *
 * <p>Runs on: event loops, each dial on one.
 *
 * <p>May touch: upstream, exchange, proxyheader, tunnel, observe, loop, Netty.
 *
 * <p>Start reading at: {@code Dial}.
 */
@NullMarked
package dev.sallyport.core.upstream.dial;

import org.jspecify.annotations.NullMarked;
