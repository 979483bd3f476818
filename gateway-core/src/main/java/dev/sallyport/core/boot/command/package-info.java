/**
 * The command: which verbs there are, how they are parsed, how the process ends.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: everything.
 *
 * <p>Start reading at: {@code Main}.
 */
@NullMarked
package dev.sallyport.core.boot.command;

import org.jspecify.annotations.NullMarked;
