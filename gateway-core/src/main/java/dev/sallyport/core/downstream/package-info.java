/**
 * The wires towards clients: each turns its bytes into a {@code Downstream} and feeds exchanges.
 *
 * <p>Runs on: the event loop of the connection.
 *
 * <p>May touch: exchange, http, rebuild, wire, tunnel, loop, Netty channel.
 *
 * <p>Start reading at: {@code Http1Connection}.
 */
@NullMarked
package dev.sallyport.core.downstream;

import org.jspecify.annotations.NullMarked;
