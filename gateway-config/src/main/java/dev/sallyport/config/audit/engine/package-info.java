/**
 * Rules about who can command the engine, and the engine itself.
 *
 * <p>Runs on: any thread (pure functions).
 *
 * <p>May touch: audit.seen, audit.finding.
 *
 * <p>Start reading at: {@code MountedSocket}.
 */
@NullMarked
package dev.sallyport.config.audit.engine;

import org.jspecify.annotations.NullMarked;
