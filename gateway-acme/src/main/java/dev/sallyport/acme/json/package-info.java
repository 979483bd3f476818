/**
 * JSON as other programs and certificate authorities write it, and as state is kept.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: jackson-core.
 *
 * <p>Start reading at: {@code Json}.
 */
@NullMarked
package dev.sallyport.acme.json;

import org.jspecify.annotations.NullMarked;
