/**
 * The training run that the distribution's cache is made by.
 *
 * <p>Runs on: control threads, and in a process of its own.
 *
 * <p>May touch: everything.
 *
 * <p>Start reading at: {@code Train}.
 */
@NullMarked
package dev.sallyport.core.boot.train;

import org.jspecify.annotations.NullMarked;
