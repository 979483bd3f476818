/**
 * What can be said against the way containers are set up: from what was seen to findings.
 *
 * <p>Runs on: any thread (pure functions).
 *
 * <p>May touch: model and its rooms.
 *
 * <p>Start reading at: {@code Audit}.
 */
@NullMarked
package dev.sallyport.config.audit;

import org.jspecify.annotations.NullMarked;
