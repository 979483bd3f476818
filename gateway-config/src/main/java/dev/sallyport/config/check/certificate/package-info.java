/**
 * Rules about certificates: files, names served, and those obtained by ACME.
 *
 * <p>Runs on: control threads (certificates named by settings are read).
 *
 * <p>May touch: model and its rooms, JDK files and certificates.
 *
 * <p>Start reading at: {@code CertificateRule}.
 */
@NullMarked
package dev.sallyport.config.check.certificate;

import org.jspecify.annotations.NullMarked;
