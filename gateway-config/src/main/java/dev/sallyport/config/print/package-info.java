/**
 * Writes a configuration back as YAML: defaults filled in, secrets hidden.
 *
 * <p>Runs on: any thread.
 *
 * <p>May touch: model and its rooms.
 *
 * <p>Start reading at: {@code ConfigPrinter}.
 */
@NullMarked
package dev.sallyport.config.print;

import org.jspecify.annotations.NullMarked;
