/**
 * The encoding of keys, certificates and requests (X.690), as far as they need it.
 *
 * <p>Runs on: any thread (pure functions).
 *
 * <p>May touch: JDK.
 *
 * <p>Start reading at: {@code Der}.
 */
@NullMarked
package dev.sallyport.acme.certificate.der;

import org.jspecify.annotations.NullMarked;
