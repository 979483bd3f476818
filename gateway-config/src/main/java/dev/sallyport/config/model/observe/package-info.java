/**
 * Settings of what is seen from outside: access log and traces.
 *
 * <p>Runs on: any thread; immutable.
 *
 * <p>May touch: JDK.
 *
 * <p>Start reading at: {@code AccessLog}.
 */
@NullMarked
package dev.sallyport.config.model.observe;

import org.jspecify.annotations.NullMarked;
