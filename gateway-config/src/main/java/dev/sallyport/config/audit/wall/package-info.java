/**
 * Firewall rules that close what should be closed, as text.
 *
 * <p>Runs on: any thread (pure functions).
 *
 * <p>May touch: audit.seen.
 *
 * <p>Start reading at: {@code Ruleset}.
 */
@NullMarked
package dev.sallyport.config.audit.wall;

import org.jspecify.annotations.NullMarked;
