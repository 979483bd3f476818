/**
 * HTTP/2 towards clients (RFC 9113): one handler for a connection and all its streams, each stream
 * an exchange.
 *
 * <p>Runs on: the event loop of the connection.
 *
 * <p>May touch: what {@code downstream} may.
 *
 * <p>Start reading at: {@code Http2Connection}, then {@code Http2Stream}.
 */
@NullMarked
package dev.sallyport.core.downstream.h2;

import org.jspecify.annotations.NullMarked;
