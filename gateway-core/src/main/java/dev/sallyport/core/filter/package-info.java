/**
 * The built-in filters, one file each, and the list that names them.
 *
 * <p>Runs on: the event loop of the exchange; passwords are verified on virtual threads.
 *
 * <p>May touch: exchange, rebuild, http, loop, observe, config.model, bucket4j, Caffeine, Bouncy
 * Castle; of Netty a channel's event loop, to resume on it.
 *
 * <p>Start reading at: {@code BuiltInFilters}, then {@code BodySizeFilter}.
 */
@NullMarked
package dev.sallyport.core.filter;

import org.jspecify.annotations.NullMarked;
