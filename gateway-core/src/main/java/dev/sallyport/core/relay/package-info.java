/**
 * Connections that are no exchanges: from the filters of a TCP route to an endpoint and back, byte
 * for byte.
 *
 * <p>Runs on: loop; the counters of open connections over all loops.
 *
 * <p>May touch: upstream, tunnel, admission, proxyheader, exchange, rebuild, match, observe, loop,
 * Netty buffer and channel.
 *
 * <p>Start reading at: {@code TcpConnection}.
 */
@NullMarked
package dev.sallyport.core.relay;

import org.jspecify.annotations.NullMarked;
