/**
 * QUIC: the datagram sockets of a listener, whom their connections belong to, and who may begin
 * one.
 *
 * <p>Runs on: the event loop of the datagram socket; binding and loading on control threads.
 *
 * <p>May touch: listen, downstream, tls and the floors below, Netty QUIC.
 *
 * <p>Start reading at: {@code QuicListener}, then {@code DatagramGate}.
 */
@NullMarked
package dev.sallyport.core.listen.quic;

import org.jspecify.annotations.NullMarked;
