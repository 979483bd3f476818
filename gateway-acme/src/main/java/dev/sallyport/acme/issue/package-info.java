/**
 * One order from account to chain; the only room that speaks acme4j.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: certificate, challenge, json, acme4j.
 *
 * <p>Start reading at: {@code Issuance}.
 */
@NullMarked
package dev.sallyport.acme.issue;

import org.jspecify.annotations.NullMarked;
