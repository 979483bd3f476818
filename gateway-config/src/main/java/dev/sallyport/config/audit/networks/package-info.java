/**
 * Rules about networks and the names on them.
 *
 * <p>Runs on: any thread (pure functions).
 *
 * <p>May touch: audit.seen, audit.finding.
 *
 * <p>Start reading at: {@code OpenNetwork}.
 */
@NullMarked
package dev.sallyport.config.audit.networks;

import org.jspecify.annotations.NullMarked;
