/**
 * Clients that prove who they are by a certificate: whom to ask, whom to believe.
 *
 * <p>Runs on: loop; control for making.
 *
 * <p>May touch: certificate, trust, model.
 *
 * <p>Start reading at: {@code ClientAuth}.
 */
@NullMarked
package dev.sallyport.core.tls.mutual;

import org.jspecify.annotations.NullMarked;
