/**
 * The private authority: a root, an intermediate that may issue for some names alone, and what it
 * issues to sites, services and the edge itself.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: certificate, storage.
 *
 * <p>Start reading at: {@code PrivateAuthority}.
 */
@NullMarked
package dev.sallyport.acme.pki;

import org.jspecify.annotations.NullMarked;
