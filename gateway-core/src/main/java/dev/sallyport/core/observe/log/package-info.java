/**
 * The access log: one record per exchange, carried off the loops by bounded queues, formatted and
 * written elsewhere.
 *
 * <p>Runs on: event loops up to {@code AccessQueue.offer}; everything after it on the thread of
 * {@code AccessLog}.
 *
 * <p>May touch: JDK, slf4j.
 *
 * <p>Start reading at: {@code AccessRecord}.
 */
@NullMarked
package dev.sallyport.core.observe.log;

import org.jspecify.annotations.NullMarked;
