/**
 * What is due and when, which is pure, and the loop that does it.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: all of acme, model.
 *
 * <p>Start reading at: {@code AcmeCertificates}.
 */
@NullMarked
package dev.sallyport.acme.manage;

import org.jspecify.annotations.NullMarked;
