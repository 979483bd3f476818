/**
 * TLS towards clients and towards upstreams: a hello to its certificate, tickets, verification.
 *
 * <p>Runs on: loop (handlers, contexts look-up); control for making, rotating and checking.
 *
 * <p>May touch: certificate, Netty TLS.
 *
 * <p>Start reading at: {@code ServerTls}.
 */
@NullMarked
package dev.sallyport.core.tls;

import org.jspecify.annotations.NullMarked;
