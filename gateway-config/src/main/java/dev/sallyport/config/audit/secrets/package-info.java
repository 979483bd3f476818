/**
 * Rules about secrets in the open.
 *
 * <p>Runs on: any thread (pure functions).
 *
 * <p>May touch: audit.seen, audit.finding.
 *
 * <p>Start reading at: {@code SecretInEnvironment}.
 */
@NullMarked
package dev.sallyport.config.audit.secrets;

import org.jspecify.annotations.NullMarked;
