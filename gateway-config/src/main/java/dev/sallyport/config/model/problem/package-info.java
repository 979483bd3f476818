/**
 * Where a setting was written, and what is wrong with it.
 *
 * <p>Runs on: any thread (immutable values).
 *
 * <p>May touch: model.
 *
 * <p>Start reading at: {@code Problem}.
 */
@NullMarked
package dev.sallyport.config.model.problem;

import org.jspecify.annotations.NullMarked;
