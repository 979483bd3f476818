/**
 * The verbs that answer without a running edge.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: everything.
 *
 * <p>Start reading at: {@code Version}.
 */
@NullMarked
package dev.sallyport.core.boot.inspect;

import org.jspecify.annotations.NullMarked;
