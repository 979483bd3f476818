/**
 * Datagrams of UDP routes: sessions by the address and port of a client, each with a socket of its
 * own towards an endpoint.
 *
 * <p>Runs on: loop.
 *
 * <p>May touch: relay, upstream, admission, rebuild, observe, loop, Netty buffer and channel.
 *
 * <p>Start reading at: {@code UdpServer}.
 */
@NullMarked
package dev.sallyport.core.relay.udp;

import org.jspecify.annotations.NullMarked;
