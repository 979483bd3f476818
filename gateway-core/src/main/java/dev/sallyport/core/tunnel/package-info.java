/**
 * Bytes both ways between two channels of one loop.
 *
 * <p>Runs on: loop.
 *
 * <p>May touch: Netty channel, the TLS handler, {@code loop}.
 *
 * <p>Start reading at: {@code Tunnel}.
 */
@NullMarked
package dev.sallyport.core.tunnel;

import org.jspecify.annotations.NullMarked;
