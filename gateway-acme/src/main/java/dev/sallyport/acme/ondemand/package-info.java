/**
 * Certificates obtained when the first client asks for their name: which names may have one, who is
 * asked about it, and every brake there is.
 *
 * <p>Runs on: control threads; event loops come as far as {@code OnDemandGate}, which only looks
 * and hands over.
 *
 * <p>May touch: certificate, dns, storage, json, model.
 *
 * <p>Start reading at: {@code OnDemandGate}, then {@code Attendant}.
 */
@NullMarked
package dev.sallyport.acme.ondemand;

import org.jspecify.annotations.NullMarked;
