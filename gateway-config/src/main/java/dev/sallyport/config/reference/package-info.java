/**
 * Writes docs/reference.md and the JSON schema from the records.
 *
 * <p>Runs on: any thread.
 *
 * <p>May touch: model and its rooms.
 *
 * <p>Start reading at: {@code Reference}.
 */
@NullMarked
package dev.sallyport.config.reference;

import org.jspecify.annotations.NullMarked;
