/**
 * Rules about what containers may do to their host.
 *
 * <p>Runs on: any thread (pure functions).
 *
 * <p>May touch: audit.seen, audit.finding.
 *
 * <p>Start reading at: {@code Privileged}.
 */
@NullMarked
package dev.sallyport.config.audit.rights;

import org.jspecify.annotations.NullMarked;
