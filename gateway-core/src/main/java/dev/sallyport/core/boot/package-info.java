/**
 * The command, its verbs, and the gateway they start: the top floor, which sees everything.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: everything.
 *
 * <p>Start reading at: {@code Main}.
 */
@NullMarked
package dev.sallyport.core.boot;

import org.jspecify.annotations.NullMarked;
