/**
 * Keys and certificates by server name, read without locks.
 *
 * <p>Runs on: any thread (immutable values behind one volatile).
 *
 * <p>May touch: JDK.
 *
 * <p>Start reading at: {@code CertificateStore}.
 */
@NullMarked
package dev.sallyport.acme.certificate;

import org.jspecify.annotations.NullMarked;
