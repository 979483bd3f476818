/**
 * The verbs that start an edge and stay until it ends.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: everything.
 *
 * <p>Start reading at: {@code Run}.
 */
@NullMarked
package dev.sallyport.core.boot.serve;

import org.jspecify.annotations.NullMarked;
