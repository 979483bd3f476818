/**
 * One request's life: from the parsed head through filters to an endpoint and back, for every wire.
 *
 * <p>Runs on: the event loop of the downstream connection.
 *
 * <p>May touch: http, rebuild, tunnel, loop, observe, config.model, Netty buffer.
 *
 * <p>Start reading at: {@code Exchange}.
 */
@NullMarked
package dev.sallyport.core.exchange;

import org.jspecify.annotations.NullMarked;
