/**
 * Rules about published ports.
 *
 * <p>Runs on: any thread (pure functions).
 *
 * <p>May touch: audit.seen, audit.finding.
 *
 * <p>Start reading at: {@code PublishedByOthers}.
 */
@NullMarked
package dev.sallyport.config.audit.ports;

import org.jspecify.annotations.NullMarked;
