/**
 * JSON as a stream of bounded pieces: what is not asked for is never held.
 *
 * <p>Runs on: control threads, of the guard and of the edge.
 *
 * <p>May touch: JDK.
 *
 * <p>Start reading at: {@code JsonReader}.
 */
@NullMarked
package dev.sallyport.config.guard.json;

import org.jspecify.annotations.NullMarked;
