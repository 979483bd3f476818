/**
 * The certificates of a running edge: those of files, those it obtains, and what is told of them.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: acme and its rooms, observe, what boot shares.
 *
 * <p>Start reading at: {@code EdgeCertificates}.
 */
@NullMarked
package dev.sallyport.core.boot.certificates;

import org.jspecify.annotations.NullMarked;
