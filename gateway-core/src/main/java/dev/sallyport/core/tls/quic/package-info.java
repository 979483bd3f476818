/**
 * TLS inside QUIC towards clients: the same certificates, chosen by the same rule, as on TCP.
 *
 * <p>Runs on: the event loop of the datagram socket.
 *
 * <p>May touch: tls, certificate, loop, Netty QUIC.
 *
 * <p>Start reading at: {@code QuicTls}.
 */
@NullMarked
package dev.sallyport.core.tls.quic;

import org.jspecify.annotations.NullMarked;
