/**
 * What a rule is, and what it finds.
 *
 * <p>Runs on: any thread (pure functions).
 *
 * <p>May touch: audit.seen, model.problem.
 *
 * <p>Start reading at: {@code Rule}.
 */
@NullMarked
package dev.sallyport.config.audit.finding;

import org.jspecify.annotations.NullMarked;
