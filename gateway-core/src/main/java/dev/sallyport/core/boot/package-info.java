/**
 * The gateway and all that starts it: the top floor, which sees everything.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: everything.
 *
 * <p>Start reading at: {@code Gateway}.
 */
@NullMarked
package dev.sallyport.core.boot;

import org.jspecify.annotations.NullMarked;
