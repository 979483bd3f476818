/**
 * The verbs of {@code pki}: the private authority, what it issues, whom to trust, its rotation.
 *
 * <p>Runs on: the main thread.
 *
 * <p>May touch: everything.
 *
 * <p>Start reading at: {@code Pki}.
 */
@NullMarked
package dev.sallyport.core.boot.pki;

import org.jspecify.annotations.NullMarked;
