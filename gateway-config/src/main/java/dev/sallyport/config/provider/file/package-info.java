/**
 * Configuration from a file with its includes, or from a folder.
 *
 * <p>Runs on: control threads; it blocks.
 *
 * <p>May touch: provider, model, read, JDK files.
 *
 * <p>Start reading at: {@code FileProvider}.
 */
@NullMarked
package dev.sallyport.config.provider.file;

import org.jspecify.annotations.NullMarked;
