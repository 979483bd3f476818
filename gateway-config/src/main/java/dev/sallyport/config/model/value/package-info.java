/**
 * Values an operator writes as text: sizes, rates, networks, host patterns, addresses, secrets.
 *
 * <p>Runs on: any thread (immutable values).
 *
 * <p>May touch: JDK.
 *
 * <p>Start reading at: {@code InvalidValue}, then {@code Network}.
 */
@NullMarked
package dev.sallyport.config.model.value;

import org.jspecify.annotations.NullMarked;
