/**
 * Names of hosts and paths as operators write them, beside the forms in which requests have them.
 *
 * <p>Runs on: any thread (pure functions).
 *
 * <p>May touch: JDK.
 *
 * <p>Start reading at: {@code WrittenPath}.
 */
@NullMarked
package dev.sallyport.config.model.name;

import org.jspecify.annotations.NullMarked;
