/**
 * An endpoint as the wires towards it see it: what they ask of it and tell it.
 *
 * <p>Runs on: the event loop of the exchange.
 *
 * <p>May touch: exchange, http, loop.
 *
 * <p>Start reading at: {@code Place}.
 */
@NullMarked
package dev.sallyport.core.upstream.place;

import org.jspecify.annotations.NullMarked;
