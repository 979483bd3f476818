/**
 * Text to tree to records, with the place of everything and all problems at once.
 *
 * <p>Runs on: control threads; it reads files and blocks.
 *
 * <p>May touch: model and its rooms, YAML library, JDK files.
 *
 * <p>Start reading at: {@code ConfigFiles}, then {@code ConfigReader}.
 */
@NullMarked
package dev.sallyport.config.read;

import org.jspecify.annotations.NullMarked;
