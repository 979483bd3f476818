/**
 * A first look at a TLS hello, without answering it: who shall have the connection.
 *
 * <p>Runs on: loop.
 *
 * <p>May touch: tls, loop, Netty TLS.
 *
 * <p>Start reading at: {@code HelloPeek}.
 */
@NullMarked
package dev.sallyport.core.tls.peek;

import org.jspecify.annotations.NullMarked;
