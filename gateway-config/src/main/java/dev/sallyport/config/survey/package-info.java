/**
 * Compose files to what an audit looks at.
 *
 * <p>Runs on: control threads; it reads files and blocks.
 *
 * <p>May touch: audit.seen, model, read, JDK files.
 *
 * <p>Start reading at: {@code ComposeFiles}.
 */
@NullMarked
package dev.sallyport.config.survey;

import org.jspecify.annotations.NullMarked;
