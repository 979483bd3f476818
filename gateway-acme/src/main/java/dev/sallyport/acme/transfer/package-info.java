/**
 * Certificates and accounts of other programs: read as they lie there, kept here, never changed
 * there.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: certificate, storage, json.
 *
 * <p>Start reading at: {@code Keeping}.
 */
@NullMarked
package dev.sallyport.acme.transfer;

import org.jspecify.annotations.NullMarked;
