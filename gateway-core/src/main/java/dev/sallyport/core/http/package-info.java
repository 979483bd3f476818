/**
 * HTTP message heads for all wires: strict parse, canonical form, framing, and the writer that
 * rebuilds them.
 *
 * <p>Runs on: event loops; a head, a table or a decoder belongs to one loop at a time.
 *
 * <p>May touch: JDK, Netty buffer.
 *
 * <p>Start reading at: {@code RequestHead}.
 */
@NullMarked
package dev.sallyport.core.http;

import org.jspecify.annotations.NullMarked;
