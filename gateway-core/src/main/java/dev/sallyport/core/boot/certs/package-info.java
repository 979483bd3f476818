/**
 * Verbs about certificates that are obtained: what there is, what comes next, what people want
 * done.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: everything.
 *
 * <p>Start reading at: {@code Certs}.
 */
@NullMarked
package dev.sallyport.core.boot.certs;

import org.jspecify.annotations.NullMarked;
