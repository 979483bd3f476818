/**
 * Whom to trust: the authorities that issue to clients, and the path from a certificate to one.
 *
 * <p>Runs on: control threads (files); any thread (authorities, immutable).
 *
 * <p>May touch: certificate.
 *
 * <p>Start reading at: {@code Authorities}.
 */
@NullMarked
package dev.sallyport.acme.trust;

import org.jspecify.annotations.NullMarked;
